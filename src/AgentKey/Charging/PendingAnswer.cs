namespace AgentKey.Charging;

/// <summary>An answer that somebody waits for. Who waits goes on elsewhere: what answers must not execute its callers' code in between.</summary>
internal abstract class PendingAnswer<T>(IHost host) : IThreadPoolWorkItem
{
    private readonly TaskCompletionSource<T> _completion = new();
    private T _result = default!;
    private Exception? _fault;

    public Task<T> Result => _completion.Task;

    public void Complete(T result)
    {
        _result = result;
        host.Post(this, isAnswer: true);
    }

    public void Fail(Exception fault)
    {
        _fault = fault;
        host.Post(this, isAnswer: true);
    }

    void IThreadPoolWorkItem.Execute()
    {
        switch (_fault)
        {
            case null:
                _completion.SetResult(_result);
                break;
            case OperationCanceledException cancelled:
                _completion.SetCanceled(cancelled.CancellationToken);
                break;
            default:
                _completion.SetException(_fault);
                break;
        }
    }
}
