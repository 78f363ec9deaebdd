using AgentKey.Agents.SemanticKernel;
using AgentKey.Keys;
using Microsoft.SemanticKernel;

namespace CappedKernel;

/// <summary>One agent: a kernel that pays with a key of its own, and instructions.</summary>
public sealed class Worker(string name, KeyInfo key, Kernel kernel, string instructions)
{
    private static readonly KernelArguments Auto = new(new PromptExecutionSettings { FunctionChoiceBehavior = FunctionChoiceBehavior.Auto() });

    public string Name => name;

    public KeyInfo Key => key;

    /// <summary>The code of the refusal that ended the work; null while it runs, and when it came to its own end.</summary>
    public string? StoppedBy { get; private set; }

    /// <summary>Whether the work came to its own end.</summary>
    public bool HasFinished { get; private set; }

    public async Task<string> WorkAsync(string task)
    {
        var result = await kernel.InvokePromptAsync($"""<message role="system">{instructions}</message><message role="user">{task}</message>""", new(Auto));
        if (result.FindDenial() is { } denial)
        {
            StoppedBy = denial.Code;
            return $"{Name} was stopped: {denial.Message}";
        }

        HasFinished = true;
        return $"{Name}: {result}";
    }
}
