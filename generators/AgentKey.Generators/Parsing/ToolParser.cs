using AgentKey.Generators.Models;
using Microsoft.CodeAnalysis;

namespace AgentKey.Generators.Parsing;

/// <summary>
/// Turns a tagged method into a model. What cannot be guarded yields nothing: without a twin it cannot be registered,
/// so it cannot be reached for free.
/// </summary>
internal static class ToolParser
{
    public static ToolModel? Parse(GeneratorAttributeSyntaxContext context, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (context.TargetSymbol is not IMethodSymbol tagged)
        {
            return null;
        }

        // Only the defining part of a partial method carries the defaults.
        var method = tagged.PartialDefinitionPart ?? tagged;
        if (ClassParser.Parse(method.ContainingType) is not { } header || !CanBeGuarded(method))
        {
            return null;
        }

        var scope = context.Attributes[0].ConstructorArguments.FirstOrDefault().Value as string;
        return IsScope(scope) && TryReadCents(method, out var cents) && ReturnShape.Of(method) is { } shape
            ? new ToolModel(header, Describe(method, scope!, cents, shape))
            : null;
    }

    private static ToolMethodModel Describe(IMethodSymbol method, string scope, long cents, ReturnShape shape)
    {
        var assembly = method.ContainingAssembly;
        return new ToolMethodModel
        {
            Name = TypeNames.Escape(method.Name),
            IsStatic = method.IsStatic,
            IsMcpTool = HasAttribute(method, WellKnownNames.McpServerToolAttribute),
            Accessibility = method.DeclaredAccessibility == Accessibility.Public ? "public" : "internal",
            ToolName = $"{method.ContainingType.Name}.{method.Name}",
            Scope = scope,
            Cents = cents,
            IsAwaited = shape.IsAwaited,
            ResultType = shape.ResultType,
            ReturnType = shape.GuardedType,
            Attributes = new(AttributeRenderer.Render(method.GetAttributes(), assembly)
                .Concat(AttributeRenderer.Render(method.GetReturnTypeAttributes(), assembly, "return: "))),
            Parameters = new(method.Parameters.Select(parameter => Describe(parameter, assembly))),
            CancellationToken = method.Parameters.LastOrDefault(IsCancellationToken) is { } token ? TypeNames.Escape(token.Name) : null,
        };
    }

    private static ParameterModel Describe(IParameterSymbol parameter, IAssemblySymbol assembly)
    {
        var attributes = string.Concat(AttributeRenderer.Render(parameter, assembly).Select(attribute => attribute + " "));
        var modifier = parameter.IsParams ? "params " : "";
        var defaultValue = parameter.HasExplicitDefaultValue ? $" = {LiteralRenderer.Default(parameter)}" : "";
        var name = TypeNames.Escape(parameter.Name);
        return new ParameterModel($"{attributes}{modifier}{TypeNames.Of(parameter.Type)} {name}{defaultValue}", name);
    }

    private static bool CanBeGuarded(IMethodSymbol method) =>
        method is { MethodKind: MethodKind.Ordinary, IsGenericMethod: false, IsAbstract: false, IsExtern: false }
        && (method.IsStatic || !method.ContainingType.IsAbstract)
        && method.DeclaredAccessibility is Accessibility.Public or Accessibility.Internal or Accessibility.ProtectedOrInternal
        && !(method.IsAsync && method.ReturnsVoid)
        && method.Parameters.All(parameter => parameter.RefKind == RefKind.None
            && !parameter.Type.IsRefLikeType
            && parameter.Type.TypeKind is not (TypeKind.Pointer or TypeKind.FunctionPointer));

    /// <summary>The same grammar as AgentKey.Scopes.Scope, which this compiler component cannot load.</summary>
    private static bool IsScope(string? scope) =>
        scope is { Length: > 0 and <= 128 }
        && scope.Split('.').All(segment => segment.Length > 0 && segment.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-' or '_'));

    private static bool TryReadCents(IMethodSymbol method, out long cents)
    {
        cents = 0;
        var cost = method.GetAttributes().FirstOrDefault(attribute => TypeNames.MetadataName(attribute.AttributeClass) == WellKnownNames.CostAttribute);
        if (cost is null)
        {
            return true;
        }

        if (cost.NamedArguments.Length > 0 || cost.ConstructorArguments.FirstOrDefault().Value is not long value)
        {
            return false;
        }

        cents = value;
        return value is >= 0 and <= long.MaxValue / 1_000_000;
    }

    private static bool IsCancellationToken(IParameterSymbol parameter) =>
        TypeNames.MetadataName(parameter.Type) == WellKnownNames.CancellationToken;

    private static bool HasAttribute(IMethodSymbol method, string metadataName) =>
        method.GetAttributes().Any(attribute => TypeNames.MetadataName(attribute.AttributeClass) == metadataName);
}
