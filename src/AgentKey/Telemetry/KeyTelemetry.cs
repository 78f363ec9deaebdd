using System.Diagnostics;
using System.Diagnostics.Metrics;
using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;

namespace AgentKey.Telemetry;

/// <summary>
/// What a front door tells of itself: the meter and the activity source <c>AgentKey</c>. Never a secret, a hash, a name or
/// an account; the id of a key only on spans, because a metric with one series a key grows without end,
/// and on the gauge of the few fullest budgets, if somebody asked for it.
/// </summary>
internal sealed class KeyTelemetry : IDisposable
{
    public const string Name = "AgentKey";

    private const string OutcomeTag = "agentkey.outcome";
    private const string ScopeTag = "agentkey.scope";
    private const string ErrorTag = "error.type";

    private static readonly string Version = typeof(KeyTelemetry).Assembly.GetName().Version!.ToString(3);
    private static readonly ActivitySource Source = new(Name, Version);

    private readonly Meter _meter;
    private readonly bool _ownsMeter;
    private readonly DurationHistogram _validations;
    private readonly DurationHistogram _decisions;
    private readonly Counter<long> _spent;
    private readonly Counter<long> _returned;
    private readonly Counter<long> _refused;
    private readonly UpDownCounter<long> _activeHolds;
    private readonly Counter<long> _lateHolds;
    private readonly Counter<long> _overruns;
    private readonly ExpiredEndings _expiredEndings = new(most: 10_000);

    /// <param name="factory">Makes the meter; null for one of its own.</param>
    /// <param name="fullest">What is known of budgets; null when none is to be told of.</param>
    public KeyTelemetry(IMeterFactory? factory, FullestBudgets? fullest)
    {
        _ownsMeter = factory is null;
        _meter = factory is null ? new Meter(Name, Version) : factory.Create(Name, Version);
        _validations = new DurationHistogram(_meter, "agentkey.validation.duration", "How long it took to find out whether a key may be used.");
        _decisions = new DurationHistogram(_meter, "agentkey.charge.duration", "How long it took to decide a charge or a hold.");
        _spent = _meter.CreateCounter<long>("agentkey.charge.amount", "{microcent}", "What was charged, and what holds were settled at.");
        _returned = _meter.CreateCounter<long>("agentkey.charge.returned", "{charge}", "Charges and holds that were given back.");
        _refused = _meter.CreateCounter<long>("agentkey.charge.refused", "{charge}", "Charges and holds that were refused.");
        _activeHolds = _meter.CreateUpDownCounter<long>("agentkey.hold.active", "{hold}", "Holds that were taken, less those that were ended.");
        _lateHolds = _meter.CreateCounter<long>("agentkey.hold.late", "{hold}", "Holds that had expired before they were settled or voided.");
        _overruns = _meter.CreateCounter<long>("agentkey.hold.overrun", "{microcent}", "What settled calls cost above what was held.");
        if (fullest is not null)
        {
            _meter.CreateObservableGauge("agentkey.budget.utilization", fullest.Measure, description: "What is spent and held of a cap, as a part of one.");
        }
    }

    /// <summary>Starts a span for one operation, below the tool's own.</summary>
    public static Activity? StartSpan(string operation) => Source.StartActivity($"agentkey {operation}");

    public void Validated(long started, KeyFault? fault)
    {
        var tags = new TagList { { OutcomeTag, fault is null ? "alive" : "refused" } };
        if (fault is { } reason)
        {
            tags.Add(ErrorTag, CodeOf(reason));
        }

        _validations.Record(started, tags);
    }

    public void NotValidated(long started, Exception error) =>
        _validations.Record(started, new TagList { { OutcomeTag, "undecided" }, { ErrorTag, error.GetType().FullName } });

    public void Decided(long started, ChargeRequest request, SpendingAnswer answer)
    {
        _decisions.Record(started, new TagList { { OutcomeTag, answer.Denial is null ? "allowed" : "denied" }, { ScopeTag, request.Scope } });
        if (answer.Denial is { } denial)
        {
            _refused.Add(1, new(ScopeTag, request.Scope), new(ErrorTag, denial.Code));
        }
        else if (answer is { IsReplay: false, ExpiresAt: not null })
        {
            _activeHolds.Add(1);
        }
        else if (!answer.IsReplay)
        {
            _spent.Add(request.Cost.MicroCents, new KeyValuePair<string, object?>(ScopeTag, request.Scope));
        }
    }

    public void NotDecided(long started, Activity? span, ChargeRequest request, Exception error)
    {
        var type = error.GetType().FullName;
        _decisions.Record(started, new TagList { { OutcomeTag, "undecided" }, { ScopeTag, request.Scope }, { ErrorTag, type } });
        span?.SetStatus(ActivityStatusCode.Error).SetTag(ErrorTag, type);
    }

    public void Settled(HoldReceipt hold, SettleResult result, Cost actual)
    {
        if (!result.IsSettled || result.IsReplay)
        {
            return;
        }

        _spent.Add(actual.MicroCents);
        if (result.Outcome == SettleOutcome.SettledLate)
        {
            EndedLate(hold.KeyId, hold.OperationId);
        }
        else
        {
            _activeHolds.Add(-1);
        }

        if (result.Overrun > Cost.Zero)
        {
            _overruns.Add(result.Overrun.MicroCents);
        }
    }

    public void Voided(string keyId, string chargeId, VoidResult result, bool isHold)
    {
        if (result == VoidResult.Voided)
        {
            _returned.Add(1);
        }

        if (isHold && result == VoidResult.Voided)
        {
            _activeHolds.Add(-1);
        }

        if (isHold && result == VoidResult.Expired)
        {
            EndedLate(keyId, chargeId);
        }
    }

    public void Dispose()
    {
        // A factory hands the same meter to everybody, and ends it itself.
        if (_ownsMeter)
        {
            _meter.Dispose();
        }
    }

    private void EndedLate(string keyId, string holdId)
    {
        if (_expiredEndings.TryAdd(keyId, holdId))
        {
            _activeHolds.Add(-1);
            _lateHolds.Add(1);
        }
    }

    private static string CodeOf(KeyFault fault) => fault switch
    {
        KeyFault.Malformed => "malformed",
        KeyFault.Unknown => "unknown",
        KeyFault.Revoked => "revoked",
        KeyFault.Expired => "expired",
        KeyFault.DeadAncestor => "dead_ancestor",
        _ => "broken_chain",
    };
}
