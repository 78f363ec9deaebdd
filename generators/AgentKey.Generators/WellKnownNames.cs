namespace AgentKey.Generators;

/// <summary>Types that the generator looks for, by metadata name.</summary>
internal static class WellKnownNames
{
    public const string AgentScopeAttribute = "AgentKey.Agents.AgentScopeAttribute";
    public const string CostAttribute = "AgentKey.Agents.CostAttribute";
    public const string AgentGuardedAttribute = "AgentKey.Agents.AgentGuardedAttribute";
    public const string McpServerToolAttribute = "ModelContextProtocol.Server.McpServerToolAttribute";
    public const string McpAdapter = "AgentKey.Agents.Mcp.AgentKeysMcpServerBuilderExtensions";
    public const string ServiceCollection = "Microsoft.Extensions.DependencyInjection.IServiceCollection";
    public const string CancellationToken = "System.Threading.CancellationToken";
}
