using System.Collections.Concurrent;
using AgentKey.Agents.AI.Prices;
using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;
using Microsoft.Extensions.AI;

namespace AgentKey.Agents.AI.Metering;

/// <summary>Holds money before each model call, or refuses it.</summary>
internal sealed class Meter
{
    // What the ledger says of a call to a client that names no model.
    private const string UnnamedModel = "(unnamed model)";

    private readonly ConcurrentDictionary<string, ToolPolicy> _policies = new(StringComparer.Ordinal);
    private readonly MeteringOptions _options;
    private readonly ToolGuard _guard;
    private readonly TokenEstimator _estimator;
    private readonly TimeProvider _clock;

    public Meter(MeteringOptions options, ToolGuard guard, TimeProvider clock)
    {
        _options = options;
        _guard = guard;
        _clock = clock;
        _estimator = new TokenEstimator(options.CountTokens, options.TokensPerAttachment);
        _ = PolicyOf(null);
    }

    /// <summary>Holds the most that a call can cost. When this returns, it may be made.</summary>
    /// <exception cref="ModelCallDeniedException">No caller, no price, or not enough money; nothing is held.</exception>
    public async ValueTask<MeteredCall> BeginAsync(
        Caller? caller, IEnumerable<ChatMessage> messages, ChatOptions? options, string? defaultModel, CancellationToken cancellationToken)
    {
        var request = RequestOf(messages, options, defaultModel);
        if (request.Price is null)
        {
            return await BeginUnpricedAsync(caller, request, cancellationToken).ConfigureAwait(false);
        }

        if (_options.FinishUp is not { } finish)
        {
            return await HoldAsync(caller, request, request.Most, cancellationToken).ConfigureAwait(false);
        }

        MeteredCall ordinary;
        try
        {
            ordinary = await HoldAsync(caller, request, request.Most, cancellationToken).ConfigureAwait(false);
        }
        catch (ModelCallDeniedException denied) when (finish.Reserve > Cost.Zero && denied.Denial is { Reason: DenialCode.BudgetExhausted, Remaining: not null })
        {
            var final = FinalOf(request, finish, denied.Denial.Remaining.Value);
            if (final.Most > denied.Denial.Remaining)
            {
                throw;
            }

            return await HoldAsync(caller, final, final.Most, cancellationToken).ConfigureAwait(false);
        }

        if (ordinary.Remaining < finish.Reserve)
        {
            return await FinishAsync(caller, ordinary, finish, cancellationToken).ConfigureAwait(false);
        }

        return ordinary.Remaining < finish.HintBelow ? ordinary with { Request = Hinted(request, finish) } : ordinary;
    }

    private static Cost Sum(Cost left, Cost right) => left.MicroCents > long.MaxValue - right.MicroCents ? Cost.MaxValue : left + right;

    /// <summary>An answer that is asked for again and again would be held for and paid for each time.</summary>
    private static ChatOptions InTheForeground(ChatOptions own)
    {
#pragma warning disable MEAI001 // The only way to tell, and to say, that an answer must not go on in the background.
        if (own.ContinuationToken is not null)
        {
            throw new InvalidOperationException(
                "A metered client does not go on with an answer (ChatOptions.ContinuationToken): it would be paid for at each question for it.");
        }

        if (own.AllowBackgroundResponses is true)
        {
            own.AllowBackgroundResponses = false;
        }
#pragma warning restore MEAI001
        return own;
    }

    private ModelRequest RequestOf(IEnumerable<ChatMessage> messages, ChatOptions? options, string? defaultModel)
    {
        IReadOnlyList<ChatMessage> list = [.. messages];
        var own = InTheForeground(options?.Clone() ?? new ChatOptions());

        // To some providers a cap of zero or less is none, and an empty name the model that they choose.
        var cap = own.MaxOutputTokens is > 0 and var asked ? asked : _options.OutputCap;
        own.MaxOutputTokens = cap;
        own.ModelId = string.IsNullOrEmpty(own.ModelId) ? null : own.ModelId;
        var model = own.ModelId ?? defaultModel;
        var input = _estimator.OfInput(list, own);
        return new ModelRequest(list, own, model, input, cap, _options.Prices!.Current.Find(model, _clock.GetUtcNow(), input));
    }

    private ModelRequest Hinted(ModelRequest request, FinishUp finish) =>
        request.WithHint(finish.Hint, _estimator.OfOutput([new TextContent(finish.Hint)]));

    private ModelRequest FinalOf(ModelRequest request, FinishUp finish, Cost left) => Hinted(request, finish).Final(left, finish.LeastOutput);

    /// <summary>
    /// Gives back the hold of a call that would need the reserve, and holds for the final call, which may use it. The
    /// reserve is never held itself: calls at the same time would hold it once each.
    /// </summary>
    private async ValueTask<MeteredCall> FinishAsync(Caller? caller, MeteredCall ordinary, FinishUp finish, CancellationToken cancellationToken)
    {
        var final = FinalOf(ordinary.Request, finish, Sum(ordinary.Remaining!.Value, ordinary.Request.Most));
        await ordinary.CancelAsync().ConfigureAwait(false);

        // Where somebody else was faster, or the hint makes it too dear, the store says so.
        return await HoldAsync(caller, final, final.Most, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<MeteredCall> BeginUnpricedAsync(Caller? caller, ModelRequest request, CancellationToken cancellationToken)
    {
        if (_options.UnknownModelCost is { } cost)
        {
            return await HoldAsync(caller, request, cost, cancellationToken).ConfigureAwait(false);
        }

        var unpriced = await HoldAsync(caller, request, Cost.Zero, cancellationToken).ConfigureAwait(false);
        if (unpriced.Remaining is null)
        {
            return unpriced;
        }

        await unpriced.CancelAsync().ConfigureAwait(false);
        throw new ModelCallDeniedException(new Denial { Reason = DenialCode.UnknownPrice });
    }

    private async ValueTask<MeteredCall> HoldAsync(Caller? caller, ModelRequest request, Cost most, CancellationToken cancellationToken)
    {
        var policy = PolicyOf(request.Model);
        var call = new ToolCall();
        using var binding = CallerScope.Bind(caller, call);
        try
        {
            var charge = await _guard.ChargeAsync(policy, most, cancellationToken).ConfigureAwait(false);
            return new MeteredCall(_guard, charge, new ModelBill(_options, _estimator, call.Charge!, policy.HoldTimeToLive)) { Request = request };
        }
        catch (ToolDeniedException denied)
        {
            throw new ModelCallDeniedException(denied.Denial);
        }
    }

    private ToolPolicy PolicyOf(string? model)
    {
        try
        {
            return _policies.GetOrAdd(
                model ?? UnnamedModel,
                static (name, options) => new ToolPolicy(name, options.Scope, ToolPrice.UpTo(Cost.Zero)) { HoldTimeToLive = options.HoldTimeToLive },
                _options);
        }
        catch (InvalidFieldException fault) when (fault.Field == "tool")
        {
            // The ledger's name for the call is the model's.
            throw new InvalidFieldException(nameof(ChatOptions.ModelId), "is no name that the ledger can hold", fault.AcceptedForm);
        }
    }
}
