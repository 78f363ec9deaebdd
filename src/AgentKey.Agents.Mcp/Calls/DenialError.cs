using AgentKey.Charging;
using ModelContextProtocol;

namespace AgentKey.Agents.Mcp.Calls;

/// <summary>A refusal as a JSON-RPC error, where the protocol has no other form. The data is that of <see cref="DenialContent"/>.</summary>
internal static class DenialError
{
    public static McpProtocolException Of(Denial denial)
    {
        var code = denial.Reason == DenialCode.StoreUnavailable ? McpErrorCode.InternalError : McpErrorCode.InvalidRequest;
        var error = new McpProtocolException($"{denial.Code}: {denial.Message}", code);
        foreach (var fact in DenialContent.Of(denial).ToJson().EnumerateObject())
        {
            error.Data[fact.Name] = fact.Value.Clone();
        }

        return error;
    }
}
