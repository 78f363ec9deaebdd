using System.ComponentModel;
using AgentKey.Agents;
using Microsoft.SemanticKernel;

namespace CappedKernel;

/// <summary>What a worker can do, and what each of it costs.</summary>
/// <param name="effort">How long each takes, so that there is something to watch.</param>
public sealed class ResearchTools(TimeSpan effort)
{
    [KernelFunction("search"), Description("Searches the archive."), AgentScope("research.search"), Cost(2)]
    public async Task<string> SearchAsync([Description("What to look for.")] string query, CancellationToken cancellationToken = default)
    {
        await Task.Delay(effort, cancellationToken);
        return $"Three notes mention {query}.";
    }

    [KernelFunction("read"), Description("Reads a note of the archive."), AgentScope("research.read"), Cost(3)]
    public async Task<string> ReadAsync([Description("The note's number.")] int note, CancellationToken cancellationToken = default)
    {
        await Task.Delay(effort, cancellationToken);
        return $"Note {note}: the harbour froze in the winter of 1893.";
    }

    [KernelFunction("summarize"), Description("Summarizes notes."), AgentScope("research.summarize"), Cost(5)]
    public async Task<string> SummarizeAsync([Description("The notes.")] string notes, CancellationToken cancellationToken = default)
    {
        await Task.Delay(effort, cancellationToken);
        return $"In short: {notes}";
    }
}
