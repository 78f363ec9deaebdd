using Microsoft.CodeAnalysis;

namespace AgentKey.Generators.Parsing;

/// <summary>The attributes that a framework sees: a method's own, and those that it inherits from what it overrides.</summary>
internal sealed class ToolAttributes
{
    private readonly List<AttributeData> _all;

    private ToolAttributes(IEnumerable<IEnumerable<AttributeData>> nearestFirst)
    {
        _all = [];
        var isOwn = true;
        foreach (var layer in nearestFirst)
        {
            _all.AddRange(layer.Where(attribute => isOwn || IsInherited(attribute)).ToList());
            isOwn = false;
        }
    }

    public static ToolAttributes Of(IMethodSymbol method) => new(Overridden(method).Select(part => part.GetAttributes().AsEnumerable()));

    public static ToolAttributes OfReturn(IMethodSymbol method) => new(Overridden(method).Select(part => part.GetReturnTypeAttributes().AsEnumerable()));

    public static ToolAttributes Of(IParameterSymbol parameter) => new(parameter.ContainingSymbol is IMethodSymbol method
        ? Overridden(method).Select(part => part.Parameters[parameter.Ordinal].GetAttributes().AsEnumerable())
        : [parameter.GetAttributes()]);

    public IReadOnlyList<AttributeData> All => _all;

    public AttributeData? Find(string metadataName) => _all.Find(attribute => TypeNames.Is(attribute.AttributeClass, metadataName));

    public bool Has(string metadataName) => Find(metadataName) is not null;

    private static IEnumerable<IMethodSymbol> Overridden(IMethodSymbol method)
    {
        for (var current = method; current is not null; current = current.OverriddenMethod)
        {
            yield return current;
        }
    }

    /// <summary>An attribute is inherited unless its usage says otherwise, and unless the override has one of its own.</summary>
    private bool IsInherited(AttributeData attribute)
    {
        var (isInherited, allowsMultiple) = UsageOf(attribute.AttributeClass);
        return isInherited && (allowsMultiple || !_all.Exists(own => SymbolEqualityComparer.Default.Equals(own.AttributeClass, attribute.AttributeClass)));
    }

    private static (bool IsInherited, bool AllowsMultiple) UsageOf(INamedTypeSymbol? type)
    {
        for (; type is not null; type = type.BaseType)
        {
            if (type.GetAttributes().FirstOrDefault(attribute => TypeNames.Is(attribute.AttributeClass, WellKnownNames.AttributeUsageAttribute)) is { } usage)
            {
                return (Read(usage, "Inherited", true), Read(usage, "AllowMultiple", false));
            }
        }

        return (true, false);
    }

    private static bool Read(AttributeData usage, string name, bool otherwise) =>
        usage.NamedArguments.FirstOrDefault(argument => argument.Key == name) is { Key: not null, Value.Value: bool value } ? value : otherwise;
}
