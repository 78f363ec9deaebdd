using System.Text.Json;
using ModelContextProtocol.Protocol;

namespace AgentKey.Agents.Mcp.Tests.Hosting;

/// <summary>A client's human: answers every question in the same way, and remembers the questions.</summary>
internal sealed class Answer(string action, string name = "")
{
    private readonly List<string> _questions = [];

    public IReadOnlyList<string> Questions => _questions;

    /// <summary>What happens while the human thinks.</summary>
    public Func<Task>? Before { get; init; }

    public async ValueTask<ElicitResult> GiveAsync(ElicitRequestParams? request, CancellationToken cancellationToken)
    {
        if (Before is not null)
        {
            await Before();
        }

        _questions.Add(request!.Message);
        var content = request.RequestedSchema?.Properties.Keys.ToDictionary(key => key, _ => JsonSerializer.SerializeToElement(name));
        return new ElicitResult { Action = action, Content = content };
    }
}
