using Microsoft.CodeAnalysis;

namespace AgentKey.Generators.Analyzers;

/// <summary>Finds the guarded twin that the generator made of a class, in this assembly or in the class's own.</summary>
internal static class GuardedTwin
{
    private static readonly SymbolDisplayFormat Unescaped =
        SymbolDisplayFormat.CSharpErrorMessageFormat.RemoveMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers);

    public static INamedTypeSymbol? Find(INamedTypeSymbol raw, Compilation compilation)
    {
        var twin = compilation.GetTypeByMetadataName(MetadataName(raw));
        return twin is not null && compilation.IsSymbolAccessibleWithin(twin, compilation.Assembly) ? twin : null;
    }

    public static string MetadataName(INamedTypeSymbol raw)
    {
        var name = "";
        for (var current = raw; current is not null; current = current.ContainingType)
        {
            name = current.Name + name;
        }

        var home = raw.ContainingNamespace;
        return home.IsGlobalNamespace ? $"Guarded{name}" : $"{home.ToDisplayString(Unescaped)}.Guarded{name}";
    }
}
