using System.Globalization;
using AgentKey.Generators.Models;

namespace AgentKey.Generators.Emission;

/// <summary>What a static lambda is given of the method around it, since a lambda that captures it would be an object more.</summary>
/// <param name="Value">The values as one expression.</param>
/// <param name="Parameter">The lambda's parameter.</param>
/// <param name="Owner">What stands before the name of a value inside of the lambda, with its dot.</param>
internal sealed record LambdaState(string Value, string Parameter, string Owner)
{
    private static readonly HashSet<string> TakenByTuples = new(StringComparer.Ordinal)
    {
        "CompareTo", "Deconstruct", "Equals", "GetHashCode", "Rest", "ToString",
    };

    /// <summary>Null when a tuple cannot hold a value under its name.</summary>
    public static LambdaState? Of(ToolMethodModel method, string inner)
    {
        var names = method.Parameters.Select(parameter => parameter.Name).ToList();
        if (!method.IsStatic)
        {
            names.Insert(0, inner);
        }

        return names.Count switch
        {
            0 => new LambdaState("default(global::System.ValueTuple)", "_", ""),
            1 => new LambdaState(names[0], names[0], ""),
            _ when names.Exists(IsTakenByTuples) => null,
            _ => InTuple(names),
        };
    }

    private static LambdaState InTuple(List<string> names)
    {
        var parameter = new UniqueNames(names).Take("call");
        return new LambdaState($"({string.Join(", ", names)})", parameter, parameter + ".");
    }

    private static bool IsTakenByTuples(string name) =>
        TakenByTuples.Contains(name)
        || (name.StartsWith("Item", StringComparison.Ordinal) && int.TryParse(name.Substring(4), NumberStyles.None, CultureInfo.InvariantCulture, out _));
}
