namespace AgentKey.Agents;

/// <summary>
/// A stream that is paid for by whoever called for it, when it is first read, and settled when it ends, fails or is
/// broken off. Each reading is a call of its own.
/// </summary>
internal sealed class GuardedStream<T>(StreamedCall<T> call) : IAsyncEnumerable<T>
{
    public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default) => new GuardedStreamReader<T>(call, cancellationToken);
}
