using System.ComponentModel;
using System.Threading.Tasks;
using AgentKey.Agents;
using ModelContextProtocol.Server;

namespace AgentKey.SampleTools;

/// <summary>Tools whose descriptions the MCP SDK makes of their documentation.</summary>
public sealed partial class DocumentedTools
{
    /// <summary>
    /// Chats with "somebody",
    ///   at length.
    /// </summary>
    /// <remarks>Slow &amp; steady.</remarks>
    /// <param name="prompt">What to say.</param>
    /// <param name="times">How often. <paramref name="prompt"/> is not changed.</param>
    /// <returns>The answer.</returns>
    [McpServerTool, AgentScope("documented.chat"), Cost(1)]
    public partial Task<string> ChatAsync(string prompt, int times = 2)
    {
        return Task.FromResult(prompt + times);
    }

    /// <summary>Not what the model sees.</summary>
    /// <param name="first">Not this either.</param>
    /// <param name="second">But this.</param>
    [McpServerTool, Description("What the model sees"), AgentScope("documented.partly"), Cost(1)]
    public partial string Partly([Description("The first")] string first, string second)
    {
        return first + second;
    }

    /// <summary>No partial method, so the SDK makes nothing of this.</summary>
    [McpServerTool, AgentScope("documented.plain"), Cost(1)]
    public string Plain() => "plain";
}
