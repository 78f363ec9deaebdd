namespace AgentKey.Agents;

/// <summary>When and by what a price is known.</summary>
public enum ToolPriceKind
{
    /// <summary>Always the same; charged before the work.</summary>
    Fixed,

    /// <summary>By an integer argument; charged before the work.</summary>
    PerArgument,

    /// <summary>After the work: the most is held, and the tool reports what it cost.</summary>
    UpTo,

    /// <summary>By a rule that sees the arguments; charged before the work.</summary>
    Rule,

    /// <summary>By a rule that sees the arguments, and after the work the result: the first amount is held.</summary>
    SettledRule,
}
