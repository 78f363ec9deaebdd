using AgentKey.Generators.Parsing;
using Microsoft.CodeAnalysis;

namespace AgentKey.Generators.Analyzers;

/// <summary>Finds the guarded twin that the generator made of a class, in this assembly or in the class's own.</summary>
internal static class GuardedTwin
{
    public static INamedTypeSymbol? Find(INamedTypeSymbol raw, Compilation compilation)
    {
        var twin = compilation.GetTypeByMetadataName(TwinName.MetadataName(raw));
        return twin is not null && compilation.IsSymbolAccessibleWithin(twin, compilation.Assembly) ? twin : null;
    }
}
