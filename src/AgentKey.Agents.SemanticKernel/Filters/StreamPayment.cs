using AgentKey.Keys;
using Microsoft.SemanticKernel;

namespace AgentKey.Agents.SemanticKernel.Filters;

/// <summary>The charge of a function whose result is read piece by piece. Ends once: when the stream breaks, or when its reader is done.</summary>
/// <remarks>For one reading, which takes one piece at a time.</remarks>
internal sealed class StreamPayment
{
    private readonly ToolGuard _guard;
    private readonly Caller? _caller;
    private readonly ToolCall _call;
    private readonly ToolCharge _charge;
    private readonly CancellationToken _cancellationToken;
    private int _isRead;
    private bool _isOver;

    private StreamPayment(ToolGuard guard, Caller? caller, ToolCall call, ToolCharge charge, CancellationToken cancellationToken)
    {
        _guard = guard;
        _caller = caller;
        _call = call;
        _charge = charge;
        _cancellationToken = cancellationToken;
    }

    /// <summary>Charges the caller that is bound.</summary>
    /// <exception cref="ToolDeniedException">It may not or cannot pay.</exception>
    public static Task<StreamPayment> ChargeAsync(ToolGuard guard, ToolPolicy price, CancellationToken cancellationToken) =>
        ChargeAsync(guard, price, new ToolCall(), cancellationToken);

    /// <summary>The same for a call that is bound already.</summary>
    /// <exception cref="ToolDeniedException">It may not or cannot pay.</exception>
    public static async Task<StreamPayment> ChargeAsync(ToolGuard guard, ToolPolicy price, ToolCall call, CancellationToken cancellationToken)
    {
        var caller = CallerScope.Current;
        using var binding = CallerScope.Bind(caller, call);
        return new StreamPayment(guard, caller, call, await guard.ChargeAsync(price, cancellationToken).ConfigureAwait(false), cancellationToken);
    }

    /// <summary>The charge of one more reading: the first is paid for, and each further one does the work again.</summary>
    /// <exception cref="ToolDeniedException">It may not or cannot pay for another one.</exception>
    public async ValueTask<StreamPayment> OfReadingAsync()
    {
        if (Interlocked.Exchange(ref _isRead, 1) == 0)
        {
            return this;
        }

        using var binding = CallerScope.Bind(_caller);
        return await ChargeAsync(_guard, _charge.Policy, _cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Binds the caller and the charged call while one piece is made.</summary>
    public CallerScope.Binding Enter() => CallerScope.Bind(_caller, _call);

    public async ValueTask FailAsync(Exception failure)
    {
        _isOver = true;
        await _guard.FailAsync(_charge, failure, _cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The function has returned, and what it returned was no stream.</summary>
    public ValueTask CompleteAsync(FunctionResult result) => _guard.CompleteAsync(_charge, result);

    /// <summary>The reader is done. One that stops early has cancelled the call.</summary>
    public async ValueTask EndAsync(bool isWhole)
    {
        if (!_isOver)
        {
            _isOver = true;
            await _guard.EndAsync(_charge, isWhole ? FailureOutcome.Keep : _charge.Policy.OnCancellation).ConfigureAwait(false);
        }
    }
}
