namespace AgentKey.Agents;

/// <summary>One reading of a guarded stream: charges before the first item, and settles at the end, at a failure, or when it is broken off.</summary>
/// <remarks>A stream itself, as what the compiler makes of an iterator is: Semantic Kernel takes the reader for the stream.</remarks>
internal sealed class GuardedStreamReader<T>(StreamedCall<T> call, CancellationToken readToken) : IAsyncEnumerator<T>, IAsyncEnumerable<T>
{
    private readonly CancellationTokenSource? _both = call.CancellationToken.CanBeCanceled && readToken.CanBeCanceled
        ? CancellationTokenSource.CreateLinkedTokenSource(call.CancellationToken, readToken)
        : null;

    private IAsyncEnumerator<T>? _items;
    private ToolCharge _charge;
    private bool _isOver;

    public T Current => _items is null ? default! : _items.Current;

    private CancellationToken Token => _both?.Token ?? (readToken.CanBeCanceled ? readToken : call.CancellationToken);

    /// <summary>Another reading of the same stream, and so another call.</summary>
    public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default) => new GuardedStreamReader<T>(call, cancellationToken);

    public async ValueTask<bool> MoveNextAsync()
    {
        if (_isOver)
        {
            return false;
        }

        using var binding = CallerScope.Bind(call.Frame);
        if (_items is null)
        {
            // A refused reading is over; another one asks again.
            _isOver = true;
            _charge = await call.Guard.ChargeAsync(call.Policy, call.Price, Token).ConfigureAwait(false);
            _isOver = false;
        }

        using var entered = _charge.Enter();
        return await ReadAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        using var both = _both;
        if (_items is null)
        {
            return;
        }

        using var binding = CallerScope.Bind(call.Frame);
        using var entered = _charge.Enter();
        try
        {
            await _items.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            await EndAsync(call.Policy.OnCancellation).ConfigureAwait(false);
        }
    }

    private async ValueTask<bool> ReadAsync()
    {
        bool hasItem;
        try
        {
            _items ??= call.Work().GetAsyncEnumerator(readToken);
            hasItem = await _items.MoveNextAsync().ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            _isOver = true;
            await call.Guard.FailAsync(_charge, failure, call.Actual, Token).ConfigureAwait(false);
            throw;
        }

        if (!hasItem)
        {
            await EndAsync(FailureOutcome.Keep).ConfigureAwait(false);
        }

        return hasItem;
    }

    private async ValueTask EndAsync(FailureOutcome outcome)
    {
        if (!_isOver)
        {
            _isOver = true;
            await call.Guard.EndAsync(_charge, outcome, call.Actual).ConfigureAwait(false);
        }
    }
}
