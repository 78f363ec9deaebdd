namespace AgentKey.Generators.Manifest;

/// <summary>How a tool differs from what was accepted.</summary>
/// <param name="Method">Which method it is.</param>
/// <param name="Kind">Whether it came, went or changed.</param>
/// <param name="Text">The difference, as the end of a sentence about the tool.</param>
internal sealed record ToolChange(string Method, ToolChangeKind Kind, string Text);
