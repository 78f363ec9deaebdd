using Microsoft.CodeAnalysis;

namespace AgentKey.Generators.Analyzers;

/// <summary>The parameter that a price is multiplied by.</summary>
internal static class PriceUnit
{
    /// <summary>Why a price cannot be per this parameter, as the end of a sentence.</summary>
    public static string? FindProblem(IMethodSymbol method, string name)
    {
        var parameter = method.Parameters.FirstOrDefault(candidate => candidate.Name == name);
        if (parameter is null)
        {
            return "is no parameter of it";
        }

        return IsInteger(parameter) ? null : "is not an integer";
    }

    /// <summary>The integer parameter that was probably meant: the only one, or the one of the nearest name.</summary>
    public static string? Nearest(IMethodSymbol method, string name)
    {
        var integers = method.Parameters.Where(IsInteger).Select(parameter => parameter.Name).ToArray();
        return integers.Length == 1 ? integers[0] : NearestName.Of(name, integers);
    }

    private static bool IsInteger(IParameterSymbol parameter) =>
        parameter.Type.SpecialType is >= SpecialType.System_SByte and <= SpecialType.System_UInt64;
}
