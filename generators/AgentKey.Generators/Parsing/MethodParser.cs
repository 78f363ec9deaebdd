using AgentKey.Generators.Models;
using Microsoft.CodeAnalysis;

namespace AgentKey.Generators.Parsing;

/// <summary>Describes one tool of a class, when it can be guarded.</summary>
internal static class MethodParser
{
    /// <summary>Null for a method without a tag, and for one whose guarded twin could not be written.</summary>
    /// <param name="method">The method, which <paramref name="type"/> may have inherited.</param>
    /// <param name="type">The class that the twin is of.</param>
    /// <param name="compilation">Decides which conversions exist.</param>
    public static ToolMethodModel? Parse(IMethodSymbol method, INamedTypeSymbol type, Compilation compilation)
    {
        var attributes = ToolAttributes.Of(method);
        if (!TryReadScope(attributes, out var scope) || !CanBeGuarded(method, type) || ReturnShape.Of(method) is not { } shape)
        {
            return null;
        }

        return PriceParser.Parse(attributes.Find(WellKnownNames.CostAttribute), method, shape, compilation) is { } price
            ? Describe(method, type, attributes, scope, price, shape)
            : null;
    }

    private static ToolMethodModel Describe(
        IMethodSymbol method, INamedTypeSymbol type, ToolAttributes attributes, string? scope, PriceModel price, ReturnShape shape)
    {
        var assembly = type.ContainingAssembly;
        var uses = UsesOf(attributes);
        var descriptions = XmlDescriptions.Of(method, uses);
        var name = RawName.Of(method, shape, scope);
        var receiver = CallTarget.Receiver(method, type);
        var returned = ToolAttributes.OfReturn(method).All;
        return new ToolMethodModel
        {
            Name = TypeNames.Escape(method.Name),
            IsStatic = method.IsStatic,
            Receiver = receiver is null ? null : TypeNames.Plain(receiver),
            ReturnsLess = receiver is not null && CallTarget.ReturnsLess(method),
            Uses = uses,
            Accessibility = method.DeclaredAccessibility == Accessibility.Public ? "public" : "internal",
            ToolName = $"{type.Name}.{method.Name}",
            Scope = scope,
            Price = price,
            ReturnKind = shape.Kind,
            ResultType = shape.ResultType,
            SequenceOf = shape.Result is null ? null : LateWork.ItemOf(shape.Result),
            ReturnsAnything = LateWork.IsUntold(shape.Result),
            RawReturnType = method.ReturnsVoid ? "void" : TypeNames.Of(method.ReturnType),
            ReturnType = shape.GuardedType,
            Attributes = new(AttributeRenderer.Render(attributes.All, assembly, name: name)
                .Concat(name?.ForFunctions(attributes.All) ?? [])
                .Concat(descriptions.OfMethod(attributes.All))
                .Concat(AttributeRenderer.Render(returned, assembly, "return: "))
                .Concat(descriptions.OfReturn(returned))),
            Parameters = new(method.Parameters.Select(parameter => ParameterParser.Parse(parameter, descriptions, assembly))),
            Shapes = TypeShapes.Of(method, assembly),
            Experimental = ExperimentalIds.Of(method, type),
            CancellationToken = method.Parameters.LastOrDefault(IsCancellationToken) is { } token ? TypeNames.Escape(token.Name) : null,
        };
    }

    /// <summary>A tool has a scope, or is public and has neither scope nor price.</summary>
    private static bool TryReadScope(ToolAttributes attributes, out string? scope)
    {
        scope = null;
        if (attributes.Find(WellKnownNames.AgentScopeAttribute) is not { } tag)
        {
            return attributes.Has(WellKnownNames.AgentPublicAttribute) && !attributes.Has(WellKnownNames.CostAttribute);
        }

        scope = tag.ConstructorArguments.FirstOrDefault().Value as string;
        return IsScope(scope) && !attributes.Has(WellKnownNames.AgentPublicAttribute);
    }

    /// <summary>The same grammar as AgentKey.Scopes.Scope, which this compiler component cannot load.</summary>
    private static bool IsScope(string? scope) =>
        scope is { Length: > 0 and <= 128 }
        && scope.Split('.').All(segment => segment.Length > 0 && segment.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-' or '_'));

    private static bool CanBeGuarded(IMethodSymbol method, INamedTypeSymbol type) =>
        method is { MethodKind: MethodKind.Ordinary, IsGenericMethod: false, IsAbstract: false, IsExtern: false }
        && (method.IsStatic || !type.IsAbstract)
        && IsCallable(method, type)
        && ServedMethods.FindHost(method, type) is null
        && !IsNotCalledAsMeant(method)
        && !TwinName.HidesObject(method)
        && method.Name != TwinName.Of(type)
        && AttributeRenderer.CanRepeat(method, type)
        && !((method.PartialImplementationPart ?? method).IsAsync && method.ReturnsVoid)
        && method.Parameters.All(parameter => parameter.RefKind == RefKind.None
            && !parameter.Type.IsRefLikeType
            && !TypeParts.HasPointer(parameter.Type));

    /// <summary>Whether the compiler would make of the twin's call a call of another method, or none at all.</summary>
    private static bool IsNotCalledAsMeant(IMethodSymbol method) => CallTarget.GivesWay(method) || method.IsConditional || method.IsVararg;

    private static bool IsCallable(IMethodSymbol method, INamedTypeSymbol type) =>
        method.DeclaredAccessibility == Accessibility.Public
        || (method.DeclaredAccessibility is Accessibility.Internal or Accessibility.ProtectedOrInternal
            && SymbolEqualityComparer.Default.Equals(method.ContainingAssembly, type.ContainingAssembly));

    private static bool IsCancellationToken(IParameterSymbol parameter) => TypeNames.Is(parameter.Type, WellKnownNames.CancellationToken);

    private static ToolUses UsesOf(ToolAttributes attributes) =>
        (attributes.Has(WellKnownNames.McpServerToolAttribute) ? ToolUses.McpTool : ToolUses.None)
        | (attributes.Has(WellKnownNames.McpServerPromptAttribute) ? ToolUses.McpPrompt : ToolUses.None)
        | (attributes.Has(WellKnownNames.McpServerResourceAttribute) ? ToolUses.McpResource : ToolUses.None)
        | (attributes.Has(WellKnownNames.KernelFunctionAttribute) ? ToolUses.KernelFunction : ToolUses.None);
}
