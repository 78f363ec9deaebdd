using System.Collections.Concurrent;
using ModelContextProtocol.Protocol;

namespace AgentKey.Cli.McpProxy.Served;

/// <summary>What a server has asked and nobody has answered yet. Safe for any number of threads.</summary>
internal sealed class OpenQuestions
{
    private readonly ConcurrentDictionary<string, Question> _open = new(StringComparer.Ordinal);
    private TaskCompletionSource _asked = New();
    private int _count;

    /// <summary>Completes when there is a question that was not handed out.</summary>
    public Task Asked => Volatile.Read(ref _asked).Task;

    /// <summary>Asks, and waits for the answer.</summary>
    public async Task<InputResponse> AskAsync(InputRequest request, CancellationToken cancellationToken)
    {
        var name = $"question-{Interlocked.Increment(ref _count)}";
        var question = new Question(request);
        _open[name] = question;
        Volatile.Read(ref _asked).TrySetResult();
        try
        {
            return await question.Answer.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            _open.TryRemove(name, out _);
        }
    }

    /// <summary>All that is open, to be answered in one round.</summary>
    public Dictionary<string, InputRequest> HandOut()
    {
        Volatile.Write(ref _asked, New());
        return _open.ToDictionary(each => each.Key, each => each.Value.Request);
    }

    /// <summary>Gives the answers of a round. What was not answered is asked again.</summary>
    public void Take(IDictionary<string, InputResponse>? answers)
    {
        foreach (var (name, answer) in answers ?? new Dictionary<string, InputResponse>())
        {
            if (_open.TryRemove(name, out var question))
            {
                question.Answer.TrySetResult(answer);
            }
        }

        if (!_open.IsEmpty)
        {
            Volatile.Read(ref _asked).TrySetResult();
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed record Question(InputRequest Request)
    {
        public TaskCompletionSource<InputResponse> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
