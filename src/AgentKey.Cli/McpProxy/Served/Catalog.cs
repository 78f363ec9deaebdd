using AgentKey.Cli.McpProxy.Policies;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace AgentKey.Cli.McpProxy.Served;

/// <summary>What the server behind the proxy has, and how it names itself.</summary>
internal sealed record Catalog
{
    public required Implementation? Server { get; init; }

    public required string? Instructions { get; init; }

    public required ServerCapabilities Capabilities { get; init; }

    public required IReadOnlyList<Tool> Tools { get; init; }

    public required IReadOnlyList<Prompt> Prompts { get; init; }

    public required IReadOnlyList<Resource> Resources { get; init; }

    public required IReadOnlyList<ResourceTemplate> Templates { get; init; }

    /// <summary>Resources and templates, by their address.</summary>
    public IEnumerable<(string Name, object Remote)> Addresses =>
        [.. Resources.Select(resource => (resource.Uri, (object)resource)), .. Templates.Select(template => (template.UriTemplate, (object)template))];

    /// <summary>What the policy and the server disagree about.</summary>
    public PolicyReport CompareWith(ProxyPolicy policy) => new([
        PolicyComparison.Of("tools", [.. Tools.Select(tool => tool.Name)], policy.Tools),
        PolicyComparison.Of("prompts", [.. Prompts.Select(prompt => prompt.Name)], policy.Prompts),
        PolicyComparison.Of("resources", [.. Addresses.Select(address => address.Name)], policy.Resources),
    ]);

    /// <summary>Asks the server.</summary>
    public static async Task<Catalog> LoadAsync(McpClient origin, CancellationToken cancellationToken)
    {
        var has = origin.ServerCapabilities;
        var tools = has.Tools is null ? [] : await origin.ListToolsAsync(cancellationToken: cancellationToken);
        var prompts = has.Prompts is null ? [] : await origin.ListPromptsAsync(cancellationToken: cancellationToken);
        var resources = has.Resources is null ? [] : await origin.ListResourcesAsync(cancellationToken: cancellationToken);
        var templates = has.Resources is null ? [] : await origin.ListResourceTemplatesAsync(cancellationToken: cancellationToken);
        return new Catalog
        {
            Server = origin.ServerInfo,
            Instructions = origin.ServerInstructions,
            Capabilities = has,
            Tools = [.. tools.Select(tool => tool.ProtocolTool)],
            Prompts = [.. prompts.Select(prompt => prompt.ProtocolPrompt)],
            Resources = [.. resources.Select(resource => resource.ProtocolResource).OfType<Resource>()],
            Templates = [.. templates.Select(template => template.ProtocolResourceTemplate)],
        };
    }
}
