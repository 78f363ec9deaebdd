using System.ClientModel;

namespace AgentKey.Agents.AI.Metering;

/// <summary>What a failed model call says about its bill.</summary>
internal static class ProviderFailure
{
    /// <summary>Whether the provider refused the call, or never got it.</summary>
    public static bool IsUnbilled(Exception failure) => failure switch
    {
        ClientResultException { Status: >= 400 and < 500 } => true,
        HttpRequestException { StatusCode: { } status } => (int)status is >= 400 and < 500,
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError } => true,
        // What a client throws that has tried several times.
        AggregateException { InnerExceptions: { Count: > 0 } tries } => tries.All(IsUnbilled),
        ClientResultException { Status: 0, InnerException: { } cause } => IsUnbilled(cause),
        _ => false,
    };
}
