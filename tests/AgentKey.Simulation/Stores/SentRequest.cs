using AgentKey.Simulation.Scheduling;
using AgentKey.Storage;

namespace AgentKey.Simulation.Stores;

/// <summary>A request that is under way, and the process that waits for its answer, if it still does.</summary>
internal sealed class SentRequest(Fault fault, SimulatedHost host)
{
    private readonly TaskCompletionSource _answer = new();

    public Fault Fault { get; } = fault;

    public Task Answer => _answer.Task;

    /// <summary>Whether nobody waits any more.</summary>
    public bool IsAbandoned => host.IsDead || _answer.Task.IsCompleted;

    /// <summary>Whether the request, or its commit, reaches the database and is carried out.</summary>
    public bool Arrives => Fault is not (Fault.Unreachable or Fault.LostBeforeCommit or Fault.StatementFails);

    public void GiveUp(CancellationToken cancellationToken) => _answer.TrySetCanceled(cancellationToken);

    public void Reply()
    {
        switch (Fault)
        {
            case Fault.None or Fault.Hang:
                _answer.TrySetResult();
                break;
            case Fault.StatementFails or Fault.FailsAfterCommit:
                _answer.TrySetException(new StatementFailedException());
                break;
            default:
                _answer.TrySetException(new StoreUnavailableException($"simulated: {Fault}"));
                break;
        }
    }
}
