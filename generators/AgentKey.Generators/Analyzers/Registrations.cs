using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace AgentKey.Generators.Analyzers;

/// <summary>The methods through which tools get into a framework.</summary>
internal sealed class Registrations
{
    private static readonly ImmutableDictionary<string, ImmutableHashSet<string>> Known = ImmutableDictionary.CreateRange(
    [
        Of("Microsoft.Extensions.DependencyInjection.McpServerBuilderExtensions",
            "WithTools", "WithPrompts", "WithResources", "WithToolsFromAssembly", "WithPromptsFromAssembly", "WithResourcesFromAssembly"),
        Of("ModelContextProtocol.Server.McpServerTool", "Create"),
        Of("ModelContextProtocol.Server.McpServerPrompt", "Create"),
        Of("ModelContextProtocol.Server.McpServerResource", "Create"),
        Of("Microsoft.SemanticKernel.KernelExtensions",
            "AddFromType", "AddFromObject", "ImportPluginFromType", "ImportPluginFromObject", "CreatePluginFromType", "CreatePluginFromObject", "CreateFunctionFromMethod"),
        Of("Microsoft.SemanticKernel.KernelPluginFactory", "CreateFromType", "CreateFromObject"),
        Of("Microsoft.SemanticKernel.KernelFunctionFactory", "CreateFromMethod"),
        Of("Microsoft.Extensions.AI.AIFunctionFactory", "Create"),
    ]);

    private readonly ImmutableDictionary<INamedTypeSymbol, ImmutableHashSet<string>> _methods;

    private Registrations(ImmutableDictionary<INamedTypeSymbol, ImmutableHashSet<string>> methods) => _methods = methods;

    public bool IsEmpty => _methods.IsEmpty;

    public static Registrations Find(Compilation compilation)
    {
        var methods = ImmutableDictionary.CreateBuilder<INamedTypeSymbol, ImmutableHashSet<string>>(SymbolEqualityComparer.Default);
        foreach (var known in Known)
        {
            if (compilation.GetTypeByMetadataName(known.Key) is { } type)
            {
                methods.Add(type, known.Value);
            }
        }

        return new Registrations(methods.ToImmutable());
    }

    public bool Contains(IMethodSymbol method) =>
        _methods.TryGetValue(method.ContainingType, out var names) && names.Contains(method.Name);

    public static bool IsByAssembly(IMethodSymbol method) => method.Name.EndsWith("FromAssembly", StringComparison.Ordinal);

    private static KeyValuePair<string, ImmutableHashSet<string>> Of(string type, params string[] methods) =>
        new(type, ImmutableHashSet.Create(StringComparer.Ordinal, methods));
}
