using AgentKey.Generators.Models;
using Microsoft.CodeAnalysis;

namespace AgentKey.Generators.Parsing;

/// <summary>
/// The diagnostics that the compiler has for what is experimental in a tool: its author has answered them in a file of
/// his own, and cannot in a generated one.
/// </summary>
internal sealed class ExperimentalIds
{
    private readonly SortedSet<string> _ids = new(StringComparer.Ordinal);
    private readonly HashSet<ISymbol> _seen = new(SymbolEqualityComparer.Default);

    private ExperimentalIds()
    {
    }

    public static EquatableArray<string> Of(IMethodSymbol method, INamedTypeSymbol type)
    {
        var ids = new ExperimentalIds();
        ids.Add((ITypeSymbol)type);
        ids.Add(type.GetAttributes());
        ids.Add(ToolAttributes.Of(method).All);
        ids.Add(ToolAttributes.OfReturn(method).All);
        ids.AddMarks(method);
        ids.Add(method.ReturnType);
        foreach (var parameter in method.Parameters)
        {
            ids.Add(parameter.Type);
            ids.Add(ToolAttributes.Of(parameter).All);
        }

        return new(ids._ids);
    }

    private void Add(ITypeSymbol? type)
    {
        if (type is IArrayTypeSymbol array)
        {
            Add(array.ElementType);
        }
        else if (type is INamedTypeSymbol { SpecialType: SpecialType.None } named && _seen.Add(named))
        {
            AddMarks(named);
            AddMarks(named.ContainingAssembly);
            AddMarks(named.ContainingModule);
            Add((ITypeSymbol?)named.ContainingType);
            foreach (var argument in named.TypeArguments)
            {
                Add(argument);
            }
        }
    }

    private void Add(IEnumerable<AttributeData> attributes)
    {
        foreach (var attribute in attributes)
        {
            Add((ITypeSymbol?)attribute.AttributeClass);
            AddMarks(attribute.AttributeConstructor);
            foreach (var argument in attribute.ConstructorArguments.Concat(attribute.NamedArguments.Select(named => named.Value)))
            {
                Add(argument);
            }
        }
    }

    private void Add(TypedConstant argument)
    {
        Add(argument.Type);
        if (argument.Kind == TypedConstantKind.Type)
        {
            Add(argument.Value as ITypeSymbol);
        }
        else if (argument is { Kind: TypedConstantKind.Array, IsNull: false })
        {
            foreach (var value in argument.Values)
            {
                Add(value);
            }
        }
    }

    private void AddMarks(ISymbol? symbol)
    {
        var marks = symbol?.GetAttributes().Where(attribute => TypeNames.Is(attribute.AttributeClass, WellKnownNames.ExperimentalAttribute)) ?? [];
        _ids.UnionWith(marks.Select(mark => mark.ConstructorArguments.FirstOrDefault().Value).OfType<string>());
    }
}
