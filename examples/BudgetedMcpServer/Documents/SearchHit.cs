namespace BudgetedMcpServer.Documents;

/// <summary>One section that answers a query.</summary>
/// <param name="Path">What read and summarize take.</param>
/// <param name="Heading">The heading above the section.</param>
/// <param name="Line">The line that matches best.</param>
public sealed record SearchHit(string Path, string Heading, string Line);
