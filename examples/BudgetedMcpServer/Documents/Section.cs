namespace BudgetedMcpServer.Documents;

/// <summary>The part of a document under one heading: what a search finds.</summary>
/// <param name="Path">The document.</param>
/// <param name="Heading">The heading above the text; the file's name where there is none.</param>
/// <param name="Text">The text below the heading.</param>
public sealed record Section(string Path, string Heading, string Text);
