namespace AgentKey.Generators.Models;

/// <summary>How the price of a call comes about.</summary>
internal enum PriceKind
{
    /// <summary>The same for every call.</summary>
    Fixed,

    /// <summary>So much for every unit of an argument.</summary>
    PerArgument,

    /// <summary>At most so much; the tool reports what it was.</summary>
    UpTo,

    /// <summary>A static rule tells it.</summary>
    Rule,
}
