using System.Net;
using AgentKey.Agents.AI.Metering;

namespace AgentKey.Agents.AI.Tests.Metering;

public sealed class ProviderFailureTests
{
    [Fact]
    public void Refusals_and_connections_that_were_never_made_are_not_billed()
    {
        Assert.True(ProviderFailure.IsUnbilled(new HttpRequestException("no", null, HttpStatusCode.TooManyRequests)));
        Assert.True(ProviderFailure.IsUnbilled(new HttpRequestException(HttpRequestError.NameResolutionError)));
        Assert.True(ProviderFailure.IsUnbilled(new AggregateException(
            new HttpRequestException(HttpRequestError.ConnectionError), new HttpRequestException("no", null, HttpStatusCode.BadRequest))));
    }

    [Fact]
    public void What_may_have_been_worked_on_is()
    {
        Assert.False(ProviderFailure.IsUnbilled(new HttpRequestException("no", null, HttpStatusCode.BadGateway)));
        Assert.False(ProviderFailure.IsUnbilled(new HttpRequestException(HttpRequestError.ResponseEnded)));
        Assert.False(ProviderFailure.IsUnbilled(new TimeoutException()));
        Assert.False(ProviderFailure.IsUnbilled(new OperationCanceledException()));
        Assert.False(ProviderFailure.IsUnbilled(new AggregateException(new HttpRequestException(HttpRequestError.ConnectionError), new TimeoutException())));
        Assert.False(ProviderFailure.IsUnbilled(new AggregateException()));
    }
}
