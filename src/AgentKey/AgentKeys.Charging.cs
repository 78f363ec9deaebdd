using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Storage;
using AgentKey.Telemetry;

namespace AgentKey;

/// <content>Who calls, and what it costs: charges and holds.</content>
public sealed partial class AgentKeys
{
    internal static readonly TimeSpan LongestHold = TimeSpan.FromDays(7);

    /// <summary>Reads a presented secret. Decides nothing and asks nobody: what cannot be a secret is refused later, without the store.</summary>
    /// <param name="presentedSecret">What the caller presented, as it came.</param>
    /// <param name="onBehalfOf">The end user on whose behalf the agent acts, for the ledger; at most 256 printable characters.</param>
    public Caller Identify(string? presentedSecret, string? onBehalfOf = null) =>
        AgentSecret.TryParse(presentedSecret, out var secret, _options.SecretPrefix)
            ? new Caller(_peppers.CredentialOf(secret), secret.DisplayPrefix, onBehalfOf)
            : new Caller(null, "(malformed key)", onBehalfOf);

    /// <summary>A caller by external identity, which the application has authenticated itself, e.g. the subject of a verified token.</summary>
    /// <param name="subject">The identity as <see cref="EnsureSubjectAsync"/> got it. Never take it from the caller's own words.</param>
    /// <param name="onBehalfOf">The end user on whose behalf the agent acts, for the ledger; at most 256 printable characters.</param>
    /// <exception cref="InvalidFieldException">The subject is empty, too long or not printable.</exception>
    [SuppressMessage("Performance", "CA1822", Justification = "Stands beside Identify, which needs the settings.")]
    public Caller IdentifySubject(string subject, string? onBehalfOf = null)
    {
        var known = TextField.Require(subject, "externalSubject", MaxTextLength);
        return new Caller(new SubjectCredential(known), known, onBehalfOf);
    }

    /// <summary>Whether the caller's key may be used at all. Charges nothing, so the answer may be out of date at once.</summary>
    public async Task<KeyValidation> ValidateAsync(Caller caller, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        var started = Stopwatch.GetTimestamp();
        try
        {
            var validation = await FindOutAsync(caller, cancellationToken).ConfigureAwait(false);
            _telemetry.Validated(started, validation.Denial?.Fault);
            return validation;
        }
        catch (Exception error)
        {
            _telemetry.NotValidated(started, error);
            throw;
        }
    }

    /// <summary>
    /// Counts among the refused calls of its key, where these are recorded, a call that an adapter refused because the key
    /// is revoked or expired, or one above it is. A charge that is refused is counted by itself.
    /// </summary>
    /// <returns>Whether it was counted: not when the key is alive or unknown, or when <see cref="RecordsRefusals"/> is <see langword="false"/>.</returns>
    public async Task<bool> NoteRefusalAsync(Caller caller, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return RecordsRefusals && caller.Credential is { } credential
            && await DecideAsync<object>(
                credential.Lookup, chain => new NoteOperation(chain, _host.NewOperationId(), credential), cancellationToken).ConfigureAwait(false) is true;
    }

    /// <summary>
    /// Validates and charges in one atomic step, before the work: the key is alive, holds the scope and can pay, and
    /// has paid, or nothing was charged.
    /// </summary>
    /// <param name="caller">Who pays.</param>
    /// <param name="request">What for.</param>
    /// <param name="cancellationToken">Given up before the store was asked, nothing is charged; afterwards the decision is awaited.</param>
    public async Task<ChargeDecision> ChargeAsync(Caller caller, ChargeRequest request, CancellationToken cancellationToken = default)
    {
        var (keyId, answer) = await SpendAsync(caller, request, timeToLive: null, cancellationToken).ConfigureAwait(false);
        return answer.Denial is { } denial
            ? ChargeDecision.Deny(denial)
            : ChargeDecision.Allow(new ChargeReceipt(keyId!, answer.OperationId!, request.Cost), answer.Remaining, answer.IsReplay);
    }

    /// <summary>
    /// Validates and reserves at most <see cref="ChargeRequest.Cost"/> in one atomic step, for work whose cost is known
    /// only afterwards. Held money counts as spent until the hold is settled, voided or expired.
    /// </summary>
    /// <param name="caller">Who pays.</param>
    /// <param name="upTo">What for, and how much at most.</param>
    /// <param name="timeToLive">1 second to 7 days, in whole milliseconds: after that the money may be taken back.</param>
    /// <param name="cancellationToken">Given up before the store was asked, nothing is held; afterwards the decision is awaited.</param>
    /// <exception cref="InvalidFieldException">The time to live is out of range.</exception>
    public async Task<HoldDecision> HoldAsync(Caller caller, ChargeRequest upTo, TimeSpan timeToLive, CancellationToken cancellationToken = default)
    {
        RequireTimeToLive(timeToLive);
        var (keyId, answer) = await SpendAsync(caller, upTo, timeToLive, cancellationToken).ConfigureAwait(false);
        return answer.Denial is { } denial
            ? HoldDecision.Deny(denial)
            : HoldDecision.Allow(new HoldReceipt(keyId!, answer.OperationId!, upTo.Cost, answer.ExpiresAt!.Value), answer.Remaining, answer.IsReplay);
    }

    /// <summary>Spends the actual cost of a hold and returns the rest; works for a dead key too, because the work is done.</summary>
    /// <param name="hold">The hold.</param>
    /// <param name="actual">What the work cost. More than was held is recorded in full, and blocks the next call when it exceeds the cap.</param>
    /// <param name="operationId">Makes a retry safe: the same id and cost get the first answer. <see langword="null"/> makes a new one.</param>
    /// <param name="cancellationToken">Given up before the store was asked, nothing changes.</param>
    /// <exception cref="InvalidFieldException">The operation id is empty, too long or not printable.</exception>
    public async Task<SettleResult> SettleAsync(HoldReceipt hold, Cost actual, string? operationId = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(hold);
        var id = TextField.Optional(operationId, "operationId", ChargeRequest.MaxOperationIdLength) ?? _host.NewOperationId();
        using var span = KeyTelemetry.StartSpan("settle");
        var result = await DecideAsync<SettleResult>(
            KeyLookup.ById(hold.KeyId),
            chain => new SettleOperation(chain, id, hold.OperationId, actual.MicroCents) { MayRepeat = operationId is not null },
            cancellationToken).ConfigureAwait(false) ?? new SettleResult(SettleOutcome.UnknownHold);
        _telemetry.Settled(hold, result, actual);
        return result;
    }

    /// <summary>
    /// Lets a hold live longer: until <paramref name="timeToLive"/> from now, and never shorter than before.
    /// <see cref="TimeSpan.Zero"/> changes nothing and tells whether, and until when, it lives.
    /// </summary>
    /// <exception cref="InvalidFieldException">The time to live is out of range.</exception>
    public async Task<ExtendResult> ExtendAsync(HoldReceipt hold, TimeSpan timeToLive, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(hold);
        if (timeToLive != TimeSpan.Zero)
        {
            RequireTimeToLive(timeToLive);
        }

        return await DecideAsync<ExtendResult>(
            KeyLookup.ById(hold.KeyId),
            chain => new ExtendOperation(chain, _host.NewOperationId(), hold.OperationId, timeToLive),
            cancellationToken).ConfigureAwait(false) ?? new ExtendResult(ExtendOutcome.UnknownHold, null);
    }

    /// <summary>Returns a charge whose work failed. Money goes back only into the period that it came from.</summary>
    /// <remarks>A charge does not say which account paid: of a key that was moved, the present one gets it back.</remarks>
    public Task<VoidResult> VoidAsync(ChargeReceipt receipt, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        return VoidAsync(receipt.KeyId, receipt.OperationId, isHold: false, cancellationToken);
    }

    /// <summary>Returns a hold whose work failed or never began. Money goes back only into the period that it came from.</summary>
    public Task<VoidResult> VoidAsync(HoldReceipt hold, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(hold);
        return VoidAsync(hold.KeyId, hold.OperationId, isHold: true, cancellationToken);
    }

    private async Task<VoidResult> VoidAsync(string keyId, string chargeId, bool isHold, CancellationToken cancellationToken)
    {
        using var span = KeyTelemetry.StartSpan("void");
        var id = _host.NewOperationId();
        var answer = await DecideAsync<object>(
            KeyLookup.ById(keyId), chain => new VoidOperation(chain, id, chargeId, isHold), cancellationToken).ConfigureAwait(false);
        var result = answer is VoidResult known ? known : VoidResult.UnknownCharge;
        _telemetry.Voided(keyId, chargeId, result, isHold);
        return result;
    }

    private async Task<(string? KeyId, SpendingAnswer Answer)> SpendAsync(
        Caller caller, ChargeRequest request, TimeSpan? timeToLive, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(request);
        var started = Stopwatch.GetTimestamp();
        var tool = Activity.Current;
        using var span = KeyTelemetry.StartSpan(timeToLive is null ? "charge" : "hold");
        try
        {
            var (keyId, answer) = await DecideSpendingAsync(caller, request, timeToLive, cancellationToken).ConfigureAwait(false);
            _telemetry.Decided(started, request, answer);
            tool.Describe(keyId, request, answer);
            span.Describe(keyId, request, answer);
            return (keyId, answer);
        }
        catch (Exception error)
        {
            _telemetry.NotDecided(started, span, request, error);
            throw;
        }
    }

    private async Task<(string? KeyId, SpendingAnswer Answer)> DecideSpendingAsync(
        Caller caller, ChargeRequest request, TimeSpan? timeToLive, CancellationToken cancellationToken)
    {
        if (caller.Credential is not { } credential)
        {
            return (null, SpendingAnswer.Deny(Invalid(KeyFault.Malformed) with { Cost = request.Cost }));
        }

        var id = request.OperationId ?? _host.NewOperationId();
        string? keyId = null;
        var answer = await DecideAsync<SpendingAnswer>(
            credential.Lookup,
            chain =>
            {
                keyId = chain.KeyId;
                return new ChargeOperation(chain, id, credential, request, caller.OnBehalfOf)
                {
                    TimeToLive = timeToLive,
                    MayRepeat = request.OperationId is not null,
                };
            },
            cancellationToken).ConfigureAwait(false);
        return (keyId, answer ?? SpendingAnswer.Deny(Invalid(await FaultOfAsync(credential, cancellationToken).ConfigureAwait(false)) with { Cost = request.Cost }));
    }

    private async Task<KeyValidation> FindOutAsync(Caller caller, CancellationToken cancellationToken)
    {
        if (caller.Credential is not { } credential)
        {
            return new KeyValidation(null, Invalid(KeyFault.Malformed));
        }

        // What is remembered only says which rows to read, and these have to say the same; they decide. What may come of
        // other rows than those is looked up anew. A dead key is not: its refusal would take longer than an unknown one's.
        if (_resolver.Recall(credential.Lookup) is { } remembered
            && await ReadAsync(remembered, credential, cancellationToken).ConfigureAwait(false)
                is { Denial: null or { Fault: KeyFault.Revoked or KeyFault.Expired } } known)
        {
            return known;
        }

        var chain = await LookUpAsync(credential.Lookup, cancellationToken).ConfigureAwait(false);
        if (chain is null or { IsBroken: true })
        {
            return new KeyValidation(null, Invalid(chain is null ? KeyFault.Unknown : KeyFault.BrokenChain));
        }

        return await ReadAsync(chain, credential, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What the rows of a chain say of its key, the topmost first.</summary>
    private async Task<KeyValidation> ReadAsync(KeyChain chain, Credential credential, CancellationToken cancellationToken)
    {
        var rows = await _reader.ReadAsync(chain.Ids, cancellationToken).ConfigureAwait(false);
        string? above = null;
        foreach (var id in chain.Ids.Reverse())
        {
            if (!rows.TryGetValue(id, out var row) || row.Key.ParentId != above || (id == chain.KeyId && !credential.Opens(row.Key, row.ReadAt)))
            {
                return new KeyValidation(null, Invalid(KeyFault.Unknown));
            }

            if (row.Key.FaultAt(row.ReadAt) is { } fault)
            {
                return new KeyValidation(null, Invalid(id == chain.KeyId ? fault : KeyFault.DeadAncestor));
            }

            if (id == chain.KeyId)
            {
                return new KeyValidation(KeyView.Of(row), null);
            }

            above = id;
        }

        throw new InvalidOperationException("A chain ends with its key.");
    }

    private async Task<KeyFault> FaultOfAsync(Credential credential, CancellationToken cancellationToken) =>
        await FindChainAsync(credential.Lookup, cancellationToken).ConfigureAwait(false) is null ? KeyFault.Unknown : KeyFault.BrokenChain;

    private static void RequireTimeToLive(TimeSpan timeToLive)
    {
        if (timeToLive < TimeSpan.FromSeconds(1) || timeToLive > LongestHold || timeToLive.Ticks % TimeSpan.TicksPerMillisecond != 0)
        {
            throw new InvalidFieldException("timeToLive", "is out of range", "1 second to 7 days in whole milliseconds, e.g. 00:05:00");
        }
    }

    private static Denial Invalid(KeyFault fault) => new() { Reason = DenialCode.InvalidKey, Fault = fault };
}
