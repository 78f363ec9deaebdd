using System.Text.Json;
using AgentKey.Agents.AI.Metering;
using Microsoft.Extensions.AI;

namespace AgentKey.Agents.AI.Tests.Metering;

public sealed class TokenEstimatorTests
{
    private readonly TokenEstimator _estimator = new(TokenEstimator.CountO200k, tokensPerAttachment: 2048);

    [Fact]
    public void Text_is_counted_as_GPT_4o_counts_it()
    {
        Assert.Equal(2, TokenEstimator.CountO200k("hello world"));
        Assert.Equal(1, TokenEstimator.CountO200k("token"));
        Assert.Equal(4 + 4 + 2, _estimator.OfInput([new ChatMessage(ChatRole.User, "hello world")], null));
    }

    [Fact]
    public void Calls_of_tools_and_their_results_are_part_of_the_history()
    {
        var call = new FunctionCallContent("id", "look_up", new Dictionary<string, object?> { ["what"] = "hello world" });
        var text = new FunctionResultContent("id", "hello world");
        var json = new FunctionResultContent("id", JsonSerializer.SerializeToElement(new { Found = "hello world" }));
        var whole = new FunctionResultContent("id", new Dictionary<string, object?> { ["found"] = "hello world" });

        Assert.True(_estimator.OfOutput([call]) >= 4);
        Assert.Equal(2, _estimator.OfOutput([text]));
        Assert.True(_estimator.OfOutput([json]) > 4);
        Assert.True(_estimator.OfOutput([whole]) > 4);
        Assert.Equal(0, _estimator.OfOutput([new FunctionResultContent("id", null), new UsageContent(new UsageDetails())]));
    }

    [Fact]
    public void A_document_counts_by_its_size_and_an_image_does_not()
    {
        Assert.Equal(2048, _estimator.OfOutput([new DataContent(new byte[100_000], "image/png")]));
        Assert.Equal(25_000, _estimator.OfOutput([new DataContent(new byte[100_000], "application/pdf")]));
        Assert.Equal(2048, _estimator.OfOutput([new UriContent("https://example.com/a.pdf", "application/pdf")]));
    }

    [Fact]
    public void The_schema_of_an_answer_is_read_too()
    {
        var options = new ChatOptions { ResponseFormat = ChatResponseFormat.ForJsonSchema<DayOfWeek>() };

        Assert.True(_estimator.OfInput([], options) > _estimator.OfInput([], null) + 10);
    }
}
