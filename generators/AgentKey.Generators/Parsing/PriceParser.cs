using AgentKey.Generators.Models;
using Microsoft.CodeAnalysis;

namespace AgentKey.Generators.Parsing;

/// <summary>Reads <c>[Cost]</c>. A price that is not exactly one of the documented forms yields nothing, so the tool gets no twin.</summary>
internal static class PriceParser
{
    private const string Cents = "cents";
    private const string Rule = "rule";

    public static PriceModel? Parse(AttributeData? cost, IMethodSymbol method, ReturnShape shape, Compilation compilation)
    {
        if (cost is null)
        {
            return new PriceModel(PriceKind.Fixed);
        }

        var named = cost.NamedArguments.ToDictionary(argument => argument.Key, argument => argument.Value, StringComparer.Ordinal);
        var form = cost.AttributeConstructor?.Parameters is [{ Name: var name }] ? name : "";
        var price = form switch
        {
            Cents when named.ContainsKey("Per") && !named.ContainsKey("UpTo") => PerArgument(cost, named, method),
            Cents when !named.ContainsKey("UpTo") && !named.ContainsKey("PerUnits") => Amount(PriceKind.Fixed, cost.ConstructorArguments[0]),
            "" when named.TryGetValue("UpTo", out var most) && !IsPer(named) => Amount(PriceKind.UpTo, most),
            Rule when !named.ContainsKey("UpTo") && !IsPer(named) => ByRule(cost, method, shape, compilation),
            _ => null,
        };
        return price is null ? null : price with
        {
            KeepsOnFailure = named.TryGetValue("OnFailure", out var failure) && IsKeep(failure),
            RefundsOnCancellation = named.TryGetValue("OnCancellation", out var cancellation) && !IsKeep(cancellation),
        };
    }

    private static PriceModel? PerArgument(AttributeData cost, Dictionary<string, TypedConstant> named, IMethodSymbol method)
    {
        var units = named.TryGetValue("PerUnits", out var given) ? given.Value as long? ?? 0 : 1;
        var argument = named["Per"].Value as string;
        var isInteger = method.Parameters.Any(parameter => parameter.Name == argument && IsInteger(parameter.Type.SpecialType));
        return isInteger && units >= 1 && Amount(PriceKind.PerArgument, cost.ConstructorArguments[0]) is { } price
            ? price with { Argument = argument!, Units = units }
            : null;
    }

    private static PriceModel? Amount(PriceKind kind, TypedConstant amount) =>
        ExactCents.Read(amount) is { } cents ? new PriceModel(kind) { Cents = cents } : null;

    private static PriceModel? ByRule(AttributeData cost, IMethodSymbol method, ReturnShape shape, Compilation compilation) =>
        cost.ConstructorArguments[0].Value is INamedTypeSymbol type && PriceRuleParser.Parse(type, method, shape, compilation) is { } rule
            ? new PriceModel(PriceKind.Rule) { Rule = rule }
            : null;

    private static bool IsPer(Dictionary<string, TypedConstant> named) => named.ContainsKey("Per") || named.ContainsKey("PerUnits");

    private static bool IsInteger(SpecialType type) => type
        is SpecialType.System_SByte or SpecialType.System_Byte or SpecialType.System_Int16 or SpecialType.System_UInt16
        or SpecialType.System_Int32 or SpecialType.System_UInt32 or SpecialType.System_Int64 or SpecialType.System_UInt64;

    // FailureOutcome.Keep
    private static bool IsKeep(TypedConstant outcome) => outcome.Value is 1;
}
