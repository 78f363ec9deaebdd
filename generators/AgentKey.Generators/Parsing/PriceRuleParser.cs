using AgentKey.Generators.Models;
using Microsoft.CodeAnalysis;

namespace AgentKey.Generators.Parsing;

/// <summary>
/// Finds the methods of a price rule by their names: <c>Price</c> gets arguments of the tool by name; <c>Settle</c> may
/// also get the <c>result</c>. Both are static and return a cost. What does not fit is no rule.
/// </summary>
internal static class PriceRuleParser
{
    private const string Result = "result";

    public static PriceRuleModel? Parse(INamedTypeSymbol rule, IMethodSymbol tool, ReturnShape shape, Compilation compilation)
    {
        if (rule.IsUnboundGenericType || !Nameable.CanName(rule, compilation.Assembly))
        {
            return null;
        }

        var price = Find(rule, "Price", tool, result: null, compilation);
        var settle = Find(rule, "Settle", tool, shape.Result, compilation);
        return price is not null && (settle is not null || !HasSettle(rule)) ? new PriceRuleModel(rule.Name, TypeNames.Plain(rule), price, settle) : null;
    }

    /// <summary>Its own or an inherited one, which a person may count on although it is not asked.</summary>
    private static bool HasSettle(INamedTypeSymbol rule)
    {
        for (var current = rule; current is not null; current = current.BaseType)
        {
            if (current.GetMembers("Settle").Length > 0)
            {
                return true;
            }
        }

        return false;
    }

    private static RuleCallModel? Find(INamedTypeSymbol rule, string name, IMethodSymbol tool, ITypeSymbol? result, Compilation compilation)
    {
        var candidates = rule.GetMembers(name).OfType<IMethodSymbol>()
            .Where(method => compilation.IsSymbolAccessibleWithin(method, compilation.Assembly))
            .ToList();

        // Of several nobody could say which is meant, and the compiler might take one that is no rule.
        return candidates is [{ IsStatic: true, IsGenericMethod: false, MethodKind: MethodKind.Ordinary } method] && TypeNames.Is(method.ReturnType, WellKnownNames.Cost)
            ? CallOf(method, tool, result, compilation)
            : null;
    }

    private static RuleCallModel? CallOf(IMethodSymbol method, IMethodSymbol tool, ITypeSymbol? result, Compilation compilation)
    {
        var arguments = new List<RuleArgumentModel>();
        foreach (var parameter in method.Parameters)
        {
            var isResult = parameter.Name == Result && result is not null;
            var source = isResult ? result : tool.Parameters.FirstOrDefault(given => given.Name == parameter.Name)?.Type;
            if (source is null && parameter.HasExplicitDefaultValue)
            {
                continue;
            }

            if (source is null || parameter.RefKind != RefKind.None || !compilation.HasImplicitConversion(source, parameter.Type))
            {
                return null;
            }

            arguments.Add(new RuleArgumentModel(TypeNames.Escape(parameter.Name), isResult, source.TypeKind == TypeKind.Dynamic));
        }

        return new RuleCallModel($"{TypeNames.Plain(method.ContainingType)}.{TypeNames.Escape(method.Name)}", new(arguments));
    }
}
