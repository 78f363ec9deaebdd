using AgentKey.Charging;

namespace AgentKey.Tests.Charging;

/// <summary>One charge or hold on paper: what it asked for, what it counts now, and how it ended. Shares no code with the state machine.</summary>
/// <param name="Id">Its operation id.</param>
/// <param name="At">When it was allowed.</param>
/// <param name="Minutes">How long it holds; null for a charge.</param>
/// <param name="Asked">What was asked for, in micro-cents.</param>
internal sealed record NaiveCall(int Id, DateTimeOffset At, int? Minutes, long Asked)
{
    private string? _end;

    /// <summary>What it counts, in the period that it was allowed in.</summary>
    public long MicroCents { get; private set; } = Asked;

    private DateTimeOffset ExpiresAt => At.AddMinutes(Minutes ?? 0);

    public bool Counts(DateTimeOffset now) => Minutes is null || _end is not null || now < ExpiresAt;

    /// <summary>What asking again under the same id is told.</summary>
    public string Repeat(long microCents, int? minutes) => (Asked, Minutes) != (microCents, minutes) ? "idempotency_mismatch"
        : _end == "voided" ? "duplicate_call"
        : "replayed";

    /// <summary>Settles a hold.</summary>
    /// <param name="microCents">The actual cost.</param>
    /// <param name="now">When.</param>
    /// <param name="more">What has to be spent now, on top of what was held and is still there.</param>
    public SettleOutcome Settle(long microCents, DateTimeOffset now, out long more)
    {
        more = 0;
        if (Minutes is null)
        {
            return SettleOutcome.UnknownHold;
        }

        if (_end is { } end)
        {
            return end == "settled" ? SettleOutcome.AlreadySettled : SettleOutcome.AlreadyVoided;
        }

        _end = "settled";
        var isLate = now >= ExpiresAt;
        MicroCents = isLate ? 0 : Math.Min(microCents, MicroCents);
        more = microCents - MicroCents;
        return isLate ? SettleOutcome.SettledLate : SettleOutcome.Settled;
    }

    public VoidResult Void(bool isHold, DateTimeOffset now)
    {
        if (isHold == Minutes is null)
        {
            return VoidResult.UnknownCharge;
        }

        if (_end is { } end)
        {
            return end == "settled" ? VoidResult.AlreadySettled : VoidResult.AlreadyVoided;
        }

        if (Minutes is not null && now >= ExpiresAt)
        {
            return VoidResult.Expired;
        }

        _end = "voided";
        MicroCents = 0;
        return VoidResult.Voided;
    }
}
