namespace AgentKey.Generators.Models;

/// <summary>One argument of a price rule.</summary>
/// <param name="Name">The rule's parameter, which is called like the tool's.</param>
/// <param name="IsResult">Whether it is what the tool returned.</param>
/// <param name="IsDynamic">Whether the call with it as it is would be bound at run time.</param>
internal sealed record RuleArgumentModel(string Name, bool IsResult, bool IsDynamic)
{
    public string Write(string? result, string owner) =>
        $"{Name}: {(IsDynamic ? "(object?)" : "")}{(IsResult ? result : owner + Name)}";
}
