using System.Collections.Immutable;
using AgentKey.Generators.Manifest;
using AgentKey.Generators.Parsing;
using Microsoft.CodeAnalysis;

namespace AgentKey.Generators.Analyzers;

/// <summary>The manifest that the generator wrote into a compilation.</summary>
internal static class CompiledTools
{
    public static ImmutableArray<ToolEntry> Read(Compilation compilation) => compilation.Assembly.GetAttributes()
        .Where(attribute => TypeNames.Is(attribute.AttributeClass, WellKnownNames.AgentToolEntryAttribute) && attribute.ConstructorArguments.Length == 1)
        .Select(EntryOf)
        .ToImmutableArray();

    /// <summary>A class as the manifest names it.</summary>
    public static string NameOf(ITypeSymbol type) => TypeNames.Plain(type).Replace("global::", "").Replace("@", "");

    /// <summary>A method as the manifest names it.</summary>
    public static string NameOf(IMethodSymbol method, bool withParameters = false)
    {
        var parameters = withParameters ? $"({string.Join(", ", method.Parameters.Select(parameter => NameOf(parameter.Type)))})" : "";
        return $"{NameOf(method.ContainingType)}.{method.Name}{parameters}";
    }

    private static ToolEntry EntryOf(AttributeData attribute) => ToolEntry.Of(
        attribute.ConstructorArguments[0].Value as string ?? "",
        name => attribute.NamedArguments.FirstOrDefault(argument => argument.Key == name).Value.Value);
}
