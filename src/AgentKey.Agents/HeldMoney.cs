using AgentKey.Agents.Tills;
using AgentKey.Charging;
using Microsoft.Extensions.Logging;

namespace AgentKey.Agents;

/// <summary>The hold of a running call: prolonged at half of its life for as long as the work runs.</summary>
internal sealed partial class HeldMoney : IAsyncDisposable
{
    private readonly ITill _till;
    private readonly TimeSpan _timeToLive;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private HoldReceipt _receipt;

    public HeldMoney(HoldReceipt receipt, TimeSpan timeToLive, ITill till, TimeProvider clock, ILogger logger)
    {
        _receipt = receipt;
        _timeToLive = timeToLive;
        _till = till;
        _logger = logger;
        _timer = Start(clock);
    }

    /// <summary>The hold, with the end that it has now.</summary>
    public HoldReceipt Receipt => Volatile.Read(ref _receipt);

    /// <summary>Lets the hold live for its whole time from now on. A failure is logged: settling works after the end, too.</summary>
    public async Task ProlongAsync()
    {
        try
        {
            var result = await _till.ExtendAsync(Receipt, _timeToLive).ConfigureAwait(false);
            if (result.ExpiresAt is { } end)
            {
                Volatile.Write(ref _receipt, Receipt with { ExpiresAt = end });
            }
            else
            {
                LogNotProlonged(Receipt.KeyId, Receipt.OperationId, result.Outcome);
            }
        }
        catch (Exception fault)
        {
            // It runs on a timer, where nobody could catch it; the next tick tries again.
            LogProlongFailed(fault, Receipt.KeyId, Receipt.OperationId);
        }
    }

    // Not held by its timer: a stream that nobody reads to its end, nor disposes, must not keep its money for ever.
    private ITimer Start(TimeProvider clock)
    {
        var self = new WeakReference<HeldMoney>(this);
        return clock.CreateTimer(
            static state =>
            {
                if (((WeakReference<HeldMoney>)state!).TryGetTarget(out var held))
                {
                    _ = held.ProlongAsync();
                }
            },
            self,
            _timeToLive / 2,
            _timeToLive / 2);
    }

    /// <summary>Stops prolonging. A try that is under way goes on; it may find the hold settled, and say so in the log.</summary>
    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    [LoggerMessage(2004, LogLevel.Warning, "A hold of key {KeyId} could not be prolonged (operation {OperationId})")]
    private partial void LogProlongFailed(Exception exception, string keyId, string operationId);

    [LoggerMessage(2005, LogLevel.Warning, "A hold of key {KeyId} is over while its work still runs (operation {OperationId}): {Outcome}")]
    private partial void LogNotProlonged(string keyId, string operationId, ExtendOutcome outcome);
}
