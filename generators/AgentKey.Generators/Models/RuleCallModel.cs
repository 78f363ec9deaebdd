namespace AgentKey.Generators.Models;

/// <summary>A call of a price rule's method.</summary>
/// <param name="Method">The method, fully qualified.</param>
/// <param name="Arguments">What it is given.</param>
internal sealed record RuleCallModel(string Method, EquatableArray<RuleArgumentModel> Arguments)
{
    /// <summary>The call as C#.</summary>
    /// <param name="result">The variable that holds what the tool returned.</param>
    /// <param name="owner">What the arguments are members of, with its dot; empty when they are variables.</param>
    public string Write(string? result, string owner = "") =>
        $"{Method}({string.Join(", ", Arguments.Select(argument => argument.Write(result, owner)))})";
}
