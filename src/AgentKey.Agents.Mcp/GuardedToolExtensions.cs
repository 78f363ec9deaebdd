using AgentKey.Agents.Mcp.Objects;
using AgentKey.Money;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.Client;
using ModelContextProtocol.Server;

namespace AgentKey.Agents.Mcp;

/// <summary>Guards tools that exist only as objects: made by hand, from a function, or served by somebody else.</summary>
public static class GuardedToolExtensions
{
    /// <summary>The same tool, that charges before it works. Guarding twice under the same policy charges once.</summary>
    /// <param name="tool">The tool; what its own attributes say of scope and price no longer counts.</param>
    /// <param name="scope">The concrete scope that a key must hold.</param>
    /// <param name="cost">What one call costs.</param>
    /// <exception cref="InvalidFieldException">The scope is malformed.</exception>
    /// <exception cref="InvalidOperationException">The tool is guarded already, by another policy or by the generator.</exception>
    public static McpServerTool Guarded(this McpServerTool tool, string scope, Cost cost)
    {
        ArgumentNullException.ThrowIfNull(tool);
        return tool.Guarded(new ToolPolicy(tool.ProtocolTool.Name, scope, cost));
    }

    /// <summary>The same tool, under a policy. Guarding twice under the same policy charges once.</summary>
    /// <param name="tool">The tool; what its own attributes say of scope and price no longer counts.</param>
    /// <param name="policy">What it needs and costs. A price by rule needs the generator, so it is not accepted here.</param>
    /// <exception cref="InvalidFieldException">The price is made by a rule.</exception>
    /// <exception cref="InvalidOperationException">The tool is guarded already, by another policy or by the generator.</exception>
    public static McpServerTool Guarded(this McpServerTool tool, ToolPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(tool);
        ArgumentNullException.ThrowIfNull(policy);
        if (policy.Price.Kind is ToolPriceKind.Rule or ToolPriceKind.SettledRule)
        {
            throw new InvalidFieldException("policy", "has a price by rule", "a fixed price, a price per argument, or one up to an amount");
        }

        if (!tool.Metadata.OfType<AgentGuardedAttribute>().Any())
        {
            return new GuardedTool(tool, policy);
        }

        return tool.Metadata.OfType<ToolPolicy>().LastOrDefault()?.IsSame(policy) == true
            ? tool
            : throw new InvalidOperationException(
                $"The tool {tool.ProtocolTool.Name} is guarded already, by another policy or by its own method; it needs no guard here.");
    }

    /// <summary>
    /// Serves tools of another MCP server, each under its policy. A tool without a policy is not served: what the other
    /// server adds later is closed until somebody prices it.
    /// </summary>
    /// <remarks>
    /// Arguments, progress, results and cancellation are passed on. The other server learns nothing of who calls: it sees
    /// the one client that the tools were listed with, and that client answers its questions.
    /// </remarks>
    /// <param name="builder">The server.</param>
    /// <param name="tools">What the other server lists (<see cref="McpClient.ListToolsAsync(ModelContextProtocol.RequestOptions?, CancellationToken)"/>).</param>
    /// <param name="policies">The policies, by the tools' names. A name that the other server does not have is ignored.</param>
    public static IMcpServerBuilder WithRemoteTools(
        this IMcpServerBuilder builder, IEnumerable<McpClientTool> tools, IReadOnlyDictionary<string, ToolPolicy> policies)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(tools);
        ArgumentNullException.ThrowIfNull(policies);
        return builder.WithTools(tools
            .Where(tool => policies.ContainsKey(tool.ProtocolTool.Name))
            .Select(tool => new RemoteTool(tool).Guarded(policies[tool.ProtocolTool.Name])));
    }
}
