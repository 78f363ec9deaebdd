using AgentKey.Money;

namespace AgentKey.Agents;

/// <summary>A call of a tool that answers with a stream.</summary>
internal sealed record StreamedCall<T>(ToolGuard Guard, ToolPolicy Policy, Cost Price, Func<IAsyncEnumerable<T>> Work)
{
    /// <summary>Tells what the call cost; null when the tool reports it, or it is known.</summary>
    public Func<Cost>? Actual { get; init; }

    public CancellationToken CancellationToken { get; init; }

    /// <summary>Who called. The reader may sit in another flow, after the adapter's binding has ended.</summary>
    public BoundCall? Frame { get; } = CallerScope.Frame;
}
