using AgentKey.Charging;
using AgentKey.Money;

namespace AgentKey.Agents;

/// <summary>
/// One call of one tool, as the adapter received it. The adapter binds it together with the caller; the guard inside
/// the tool writes down what was paid; the tool may report what it really cost.
/// </summary>
/// <remarks>
/// It belongs to the first guarded tool that runs under it: a tool which that one calls in turn pays for itself, under a
/// call of its own. Use an instance for one call. Safe for use from any number of threads.
/// </remarks>
public sealed class ToolCall
{
    /// <summary>The most characters of <see cref="OperationId"/>: room is left to number the rounds of a call.</summary>
    public const int MaxOperationIdLength = ChargeRequest.MaxOperationIdLength - 11;

    private const long NothingReported = -1;

    private int _isClaimed;
    private long _reported = NothingReported;
    private volatile bool _takesReports;
    private volatile Denial? _refusal;
    private volatile Denial? _innerRefusal;

    /// <summary>The call that the running tool was called by; <see langword="null"/> outside of tools, and in tools of a fixed price that no adapter called.</summary>
    public static ToolCall? Current => CallerScope.Frame?.Call;

    /// <summary>
    /// An id that the caller chose to make a retry safe: within one key the same id is paid for and run at most once.
    /// <see langword="null"/> lets the library make one.
    /// </summary>
    /// <exception cref="InvalidFieldException">It is longer than <see cref="MaxOperationIdLength"/>, empty or not printable.</exception>
    public string? OperationId
    {
        get;
        init
        {
            if (value?.Length > MaxOperationIdLength)
            {
                throw new InvalidFieldException("operationId", $"has {value.Length} characters", $"1 to {MaxOperationIdLength} printable characters");
            }

            field = (ChargeRequest.ForUsage(Cost.Zero) with { OperationId = value }).OperationId;
        }
    }

    /// <summary>
    /// Whether what the tool threw means that the call goes on in a later round: then the money stays where it is, and the
    /// adapter keeps <see cref="Charge"/> to resume it.
    /// </summary>
    public Func<Exception, bool>? IsSuspension { get; init; }

    /// <summary>
    /// Whether what the tool returned means that it failed. Asked once, before anything is settled. What failed after its
    /// caller had left was cancelled.
    /// </summary>
    public Func<object?, bool>? IsFailure { get; init; }

    /// <summary>
    /// Asked with what the call is about to cost, or to hold, once its price is certain and before anything is paid; what it
    /// throws is what becomes of the call. Not asked in a later round of a call that has been paid for.
    /// </summary>
    public Action<Cost>? BeforePaying { get; init; }

    /// <summary>
    /// What an earlier round of this call paid, so that the call is paid once. The adapter vouches for it: whatever went
    /// through the client's hands must have been sealed. Each round is accepted once, for the key that paid.
    /// </summary>
    public ToolPayment? Resumed { get; init; }

    /// <summary>What was paid, once the guard has let the call through; <see langword="null"/> before, and after a refund.</summary>
    public ToolPayment? Charge { get; internal set; }

    /// <summary>The refusal that the tool answered as a value, for an adapter that has a form of its own for refusals.</summary>
    internal Denial? Refusal => _refusal;

    /// <summary>What the running tool was refused last in turn, whatever it made of that.</summary>
    internal Denial? InnerRefusal => _innerRefusal;

    /// <summary>The token with which it was paid for.</summary>
    internal CancellationToken CallerToken { get; set; }

    internal Cost? Reported => Interlocked.Read(ref _reported) is var amount and not NothingReported ? Cost.FromMicroCents(amount) : null;

    /// <summary>
    /// Says what the call really cost. For tools whose price is <c>UpTo</c>: the last report before the tool returns is
    /// what gets spent, in full even when it is more than was held. A tool that reports nothing pays all that was held.
    /// </summary>
    /// <exception cref="InvalidOperationException">The tool has another kind of price, or the call is over.</exception>
    public void ReportCost(Cost actual)
    {
        if (!_takesReports)
        {
            throw new InvalidOperationException("Only a running tool whose price is UpTo can report what it cost.");
        }

        Interlocked.Exchange(ref _reported, actual.MicroCents);
    }

    /// <summary>Notes that the tool was refused. What a running tool is refused in turn is its own affair.</summary>
    internal void NoteRefusal(Denial denial)
    {
        if (Volatile.Read(ref _isClaimed) == 0)
        {
            _refusal = denial;
        }
    }

    /// <summary>Notes what is refused while the tool runs.</summary>
    internal void NoteInnerRefusal(Denial denial) => _innerRefusal = denial;

    /// <summary>Makes this call a tool's own; false when another tool runs under it already.</summary>
    internal bool TryClaim() => Interlocked.Exchange(ref _isClaimed, 1) == 0;

    internal void TakeReports(bool isAccepted) => _takesReports = isAccepted;
}
