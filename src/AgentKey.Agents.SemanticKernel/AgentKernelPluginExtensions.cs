using AgentKey.Agents.SemanticKernel.Functions;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;

namespace AgentKey.Agents.SemanticKernel;

/// <summary>Adds plugins whose every function charges, or is free and meant to be.</summary>
public static class AgentKernelPluginExtensions
{
    private const string TwinPrefix = "Guarded";

    /// <summary>Adds the functions of a guarded twin, e.g. <c>GuardedProxyTools</c>.</summary>
    /// <typeparam name="TGuarded">The generated twin.</typeparam>
    /// <param name="plugins">The kernel's plugins.</param>
    /// <param name="pluginName">The plugin's name; by default that of the class which the twin stands for, e.g. <c>ProxyTools</c>.</param>
    public static IKernelBuilderPlugins AddAgentPlugin<TGuarded>(this IKernelBuilderPlugins plugins, string? pluginName = null)
        where TGuarded : class
    {
        ArgumentNullException.ThrowIfNull(plugins);
        plugins.Services.AddSingleton(services => Create(
            services.GetService<TGuarded>() ?? ActivatorUtilities.CreateInstance<TGuarded>(services), pluginName));
        return plugins;
    }

    /// <summary>Adds the functions of a guarded twin.</summary>
    /// <param name="plugins">The kernel's plugins.</param>
    /// <param name="guarded">The generated twin.</param>
    /// <param name="pluginName">The plugin's name; by default that of the class which the twin stands for.</param>
    /// <returns>The plugin.</returns>
    /// <exception cref="InvalidFieldException">The object has a function that nobody guards.</exception>
    public static KernelPlugin AddAgentPlugin(this ICollection<KernelPlugin> plugins, object guarded, string? pluginName = null)
    {
        ArgumentNullException.ThrowIfNull(plugins);
        ArgumentNullException.ThrowIfNull(guarded);
        var plugin = Create(guarded, pluginName);
        plugins.Add(plugin);
        return plugin;
    }

    /// <summary>Adds tools from elsewhere, e.g. those of a remote MCP server, guarded by a local map.</summary>
    /// <param name="plugins">The kernel's plugins.</param>
    /// <param name="pluginName">The plugin's name.</param>
    /// <param name="tools">The tools. What they say of their own price is not read.</param>
    /// <param name="guard">The guard that charges.</param>
    /// <param name="policies">The policy of each tool, by its exact name; of a kernel function, without that of its plugin. A tool that is not in it is refused when it is called.</param>
    /// <returns>The plugin.</returns>
    /// <exception cref="InvalidFieldException">A price depends on the arguments.</exception>
    public static KernelPlugin AddAgentPlugin(
        this ICollection<KernelPlugin> plugins,
        string pluginName,
        IEnumerable<AIFunction> tools,
        ToolGuard guard,
        IReadOnlyDictionary<string, ToolPolicy> policies)
    {
        ArgumentNullException.ThrowIfNull(plugins);
        ArgumentNullException.ThrowIfNull(tools);
        ArgumentNullException.ThrowIfNull(policies);
        var functions = tools.Select(tool => policies.TryGetValue(NameOf(tool), out var policy)
            ? tool.AsKernelFunction(guard, policy)
            : GuardedFunction.Refuse(tool.AsKernelFunction()));
        var plugin = KernelPluginFactory.CreateFromFunctions(pluginName, functions);
        plugins.Add(plugin);
        return plugin;
    }

    // As an AIFunction, a function of a plugin has the plugin's name before its own.
    private static string NameOf(AIFunction tool) => tool is KernelFunction function ? function.Name : tool.Name;

    private static KernelPlugin Create(object guarded, string? pluginName)
    {
        var type = guarded.GetType().Name;
        var name = pluginName ?? (type.StartsWith(TwinPrefix, StringComparison.Ordinal) ? type[TwinPrefix.Length..] : type);
        var raw = KernelPluginFactory.CreateFromObject(guarded, name);
        return KernelPluginFactory.CreateFromFunctions(name, raw.Description, raw.Select(Enclose));
    }

    private static KernelFunction Enclose(KernelFunction function) => FunctionKinds.Of(function) switch
    {
        FunctionKind.Guarded => GuardedFunction.Enclose(function),
        FunctionKind.Public => function,
        _ => throw new InvalidFieldException("plugin", $"has the function {function.Name}, which nobody guards", "the generated twin, e.g. GuardedProxyTools"),
    };
}
