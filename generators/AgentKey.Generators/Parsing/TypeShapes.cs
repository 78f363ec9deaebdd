using System.Text;
using Microsoft.CodeAnalysis;

namespace AgentKey.Generators.Parsing;

/// <summary>
/// What the values of a tool are made of, as far as the assembly itself declares it: agents are told that, so a changed
/// record is a changed tool.
/// </summary>
internal sealed class TypeShapes
{
    private readonly StringBuilder _text = new();
    private readonly HashSet<ISymbol> _seen = new(SymbolEqualityComparer.Default);
    private readonly IAssemblySymbol _assembly;

    private TypeShapes(IAssemblySymbol assembly) => _assembly = assembly;

    /// <summary>Empty for a tool of plain values.</summary>
    public static string Of(IMethodSymbol method, IAssemblySymbol assembly)
    {
        var shapes = new TypeShapes(assembly);
        foreach (var parameter in method.Parameters.Where(parameter => !shapes.IsInjected(parameter)))
        {
            shapes.Add(parameter.Type);
        }

        shapes.Add(method.ReturnType);
        return shapes._text.ToString();
    }

    /// <summary>What comes from the container and from no agent. An interface can be sent when its attributes say what it stands for.</summary>
    private bool IsInjected(IParameterSymbol parameter)
    {
        var attributes = ToolAttributes.Of(parameter);
        return attributes.Has(WellKnownNames.FromKeyedServicesAttribute)
            || attributes.Has(WellKnownNames.FromKernelServicesAttribute)
            || (parameter.Type.TypeKind == TypeKind.Interface && IsOwn(parameter.Type) && parameter.Type.GetAttributes().IsEmpty);
    }

    private bool IsOwn(ITypeSymbol type) => SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, _assembly);

    private void Add(ITypeSymbol type)
    {
        if (type is IArrayTypeSymbol array)
        {
            Add(array.ElementType);
        }
        else if (type is INamedTypeSymbol { SpecialType: SpecialType.None } named)
        {
            AddNamed(named);
        }
    }

    private void AddNamed(INamedTypeSymbol type)
    {
        foreach (var argument in type.TypeArguments)
        {
            Add(argument);
        }

        if (IsOwn(type) && _seen.Add(type))
        {
            AddMembers(type);
        }
    }

    private void AddMembers(INamedTypeSymbol type)
    {
        var members = type.GetMembers().Where(IsPartOfValue).OrderBy(member => member.Name, StringComparer.Ordinal).ToList();
        _text.Append(AttributesOf(type)).Append(TypeNames.Plain(type)).Append('{');
        foreach (var member in members)
        {
            _text.Append(AttributesOf(member)).Append(member.Name).Append(Detail(member)).Append(';');
        }

        _text.Append(string.Concat(type.InstanceConstructors.Select(ConstructorOf).OrderBy(text => text, StringComparer.Ordinal))).Append('}');
        foreach (var property in members.OfType<IPropertySymbol>())
        {
            Add(property.Type);
        }

        if (type.BaseType is { } ancestor)
        {
            Add(ancestor);
        }
    }

    /// <summary>Serializers read properties; of an enumeration the members count.</summary>
    private static bool IsPartOfValue(ISymbol member) => member switch
    {
        IPropertySymbol property => property is { DeclaredAccessibility: Accessibility.Public, IsStatic: false, IsIndexer: false },
        IFieldSymbol field => field.HasConstantValue && field.ContainingType.TypeKind == TypeKind.Enum,
        _ => false,
    };

    /// <summary>
    /// What a serializer calls to make a value: a description or a default may stand at its parameter alone. It calls no
    /// constructor with a parameter that is no property, such as a service's.
    /// </summary>
    private string ConstructorOf(IMethodSymbol constructor) =>
        constructor is { DeclaredAccessibility: Accessibility.Public, Parameters.IsEmpty: false } && constructor.Parameters.All(IsProperty)
            ? $"({string.Join(",", constructor.Parameters.Select(ParameterOf))})"
            : "";

    private static bool IsProperty(IParameterSymbol parameter)
    {
        for (var type = parameter.ContainingType; type is not null; type = type.BaseType)
        {
            if (type.GetMembers().OfType<IPropertySymbol>().Any(property => IsPartOfValue(property)
                && string.Equals(property.Name, parameter.Name, StringComparison.OrdinalIgnoreCase)
                && SymbolEqualityComparer.Default.Equals(property.Type, parameter.Type)))
            {
                return true;
            }
        }

        return false;
    }

    private string ParameterOf(IParameterSymbol parameter) =>
        $"{AttributesOf(parameter)}{TypeNames.Of(parameter.Type)} {parameter.Name}{(parameter.HasExplicitDefaultValue ? "=" + LiteralRenderer.Default(parameter) : "")}";

    private string AttributesOf(ISymbol symbol) => string.Concat(AttributeRenderer.Render(symbol.GetAttributes(), _assembly));

    private static string Detail(ISymbol member) => member switch
    {
        IPropertySymbol property => $"{(property.IsRequired ? "!" : "")}:{TypeNames.Of(property.Type)}",
        IFieldSymbol { ConstantValue: { } value } => $"={value}",
        _ => "",
    };
}
