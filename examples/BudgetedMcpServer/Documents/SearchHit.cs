namespace BudgetedMcpServer.Documents;

/// <summary>One document that matches a query.</summary>
/// <param name="Path">What read and summarize take.</param>
/// <param name="Line">The line that matches best.</param>
/// <param name="Score">How often the query's words occur.</param>
public sealed record SearchHit(string Path, string Line, int Score);
