namespace AgentKey.Generators.Models;

/// <summary>A call of a price rule's method.</summary>
/// <param name="Method">The method, fully qualified.</param>
/// <param name="Arguments">Names of parameters that the rule shares with the tool.</param>
/// <param name="TakesResult">Whether the rule also gets what the tool returned.</param>
internal sealed record RuleCallModel(string Method, EquatableArray<string> Arguments, bool TakesResult)
{
    /// <summary>The call as C#.</summary>
    /// <param name="result">The variable that holds what the tool returned.</param>
    /// <param name="owner">What the arguments are members of, with its dot; empty when they are variables.</param>
    public string Write(string? result, string owner = "")
    {
        var arguments = Arguments.Select(name => $"{name}: {owner}{name}").Concat(TakesResult ? [$"result: {result}"] : []);
        return $"{Method}({string.Join(", ", arguments)})";
    }
}
