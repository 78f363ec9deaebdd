namespace AgentKey.Generators.Models;

/// <summary>The frameworks that a method is marked for.</summary>
[Flags]
internal enum ToolUses
{
    None = 0,
    McpTool = 1,
    McpPrompt = 2,
    McpResource = 4,
    KernelFunction = 8,
}
