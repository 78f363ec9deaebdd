using AgentKey.AspNetCore;
using AgentKey.AspNetCore.Endpoints;
using AgentKey.AspNetCore.SelfServe;
using AgentKey.Charging;
using AgentKey.Money;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AgentKey.Serve.DataPlane;

/// <summary>What an application may ask: whose key it is, and to charge, hold and give back.</summary>
internal static class DataEndpoints
{
    public static async Task ValidateAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context, DataPlaneJson.Default.CallerBody).ConfigureAwait(false);
        var validation = await Keys(context).ValidateAsync(body.ToCaller(Keys(context)), context.RequestAborted).ConfigureAwait(false);
        await (validation.IsAlive
            ? PlaneAnswer.WriteAsync(context, KeyDocument.Of(validation.Key), SelfServeJson.Default.KeyDocument)
            : PlaneAnswer.WriteAsync(context, validation.Denial)).ConfigureAwait(false);
    }

    public static async Task ChargeAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context, DataPlaneJson.Default.ChargeBody).ConfigureAwait(false);
        var request = body.ToRequest(IdempotencyKey.Read(context.Request));
        var decision = await Keys(context).ChargeAsync(body.ToCaller(Keys(context)), request, context.RequestAborted).ConfigureAwait(false);
        await (decision.IsAllowed
            ? PlaneAnswer.WriteAsync(context, ChargeDocument.Of(decision), DataPlaneJson.Default.ChargeDocument, decision.IsReplay)
            : PlaneAnswer.WriteAsync(context, decision.Denial)).ConfigureAwait(false);
    }

    public static async Task HoldAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context, DataPlaneJson.Default.HoldBody).ConfigureAwait(false);
        var request = body.ToRequest(IdempotencyKey.Read(context.Request));
        var decision = await Keys(context)
            .HoldAsync(body.ToCaller(Keys(context)), request, body.ToTimeToLive(), context.RequestAborted).ConfigureAwait(false);
        if (decision.IsReplay && await FindEndAsync(Keys(context), decision.Receipt!).ConfigureAwait(false) is { } end)
        {
            await PlaneAnswer.WriteConflictAsync(context, OutcomeText.Of(end)).ConfigureAwait(false);
            return;
        }

        await (decision.IsAllowed
            ? PlaneAnswer.WriteAsync(context, HoldDocument.Of(decision), DataPlaneJson.Default.HoldDocument, decision.IsReplay)
            : PlaneAnswer.WriteAsync(context, decision.Denial)).ConfigureAwait(false);
    }

    // The first answer would let the work begin again under a hold that covers nothing any more.
    private static async Task<ExtendOutcome?> FindEndAsync(AgentKeys keys, HoldReceipt hold) =>
        (await keys.ExtendAsync(hold, TimeSpan.Zero, CancellationToken.None).ConfigureAwait(false)).Outcome is var outcome and not ExtendOutcome.Extended ? outcome : null;

    // The work is done: what is written down of it does not depend on a client that waits for the answer.
    public static async Task SettleAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context, DataPlaneJson.Default.SettleBody).ConfigureAwait(false);
        if (FindHold(context) is not { } hold)
        {
            await RefusalResponse.WriteNotFoundAsync(context).ConfigureAwait(false);
            return;
        }

        var result = await Keys(context).SettleAsync(hold, body.ToCost(), IdempotencyKey.Read(context.Request), CancellationToken.None).ConfigureAwait(false);
        await (result.Outcome switch
        {
            SettleOutcome.Settled or SettleOutcome.SettledLate =>
                PlaneAnswer.WriteAsync(context, SettledDocument.Of(result), DataPlaneJson.Default.SettledDocument, result.IsReplay),
            SettleOutcome.UnknownHold => RefusalResponse.WriteNotFoundAsync(context),
            SettleOutcome.TooLarge => RefusalResponse.WriteAsync(context, new InvalidFieldException("costCents", "is too large", "an amount that the table's columns can hold")),
            _ => PlaneAnswer.WriteConflictAsync(context, OutcomeText.Of(result.Outcome)),
        }).ConfigureAwait(false);
    }

    public static async Task ExtendAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context, DataPlaneJson.Default.ExtendBody).ConfigureAwait(false);
        var result = FindHold(context) is { } hold
            ? await Keys(context).ExtendAsync(hold, body.ToTimeToLive(), context.RequestAborted).ConfigureAwait(false)
            : new ExtendResult(ExtendOutcome.UnknownHold, null);
        await (result.Outcome switch
        {
            ExtendOutcome.Extended => PlaneAnswer.WriteAsync(
                context, new ExtendedDocument(OutcomeText.Of(result.Outcome), result.ExpiresAt!.Value.UtcDateTime), DataPlaneJson.Default.ExtendedDocument),
            ExtendOutcome.UnknownHold => RefusalResponse.WriteNotFoundAsync(context),
            _ => PlaneAnswer.WriteConflictAsync(context, OutcomeText.Of(result.Outcome)),
        }).ConfigureAwait(false);
    }

    public static Task VoidChargeAsync(HttpContext context) => VoidAsync(context, async keys =>
        Find(context, ReceiptId.Charge) is { } id
            ? await keys.VoidAsync(new ChargeReceipt(id.KeyId, id.OperationId, Cost.Zero), CancellationToken.None).ConfigureAwait(false)
            : VoidResult.UnknownCharge);

    public static Task VoidHoldAsync(HttpContext context) => VoidAsync(context, async keys =>
        FindHold(context) is { } hold
            ? await keys.VoidAsync(hold, CancellationToken.None).ConfigureAwait(false)
            : VoidResult.UnknownCharge);

    private static async Task VoidAsync(HttpContext context, Func<AgentKeys, Task<VoidResult>> giveBack)
    {
        var result = await giveBack(Keys(context)).ConfigureAwait(false);
        await (result switch
        {
            VoidResult.UnknownCharge => RefusalResponse.WriteNotFoundAsync(context),
            VoidResult.AlreadySettled => PlaneAnswer.WriteConflictAsync(context, OutcomeText.Of(result)),
            _ => PlaneAnswer.WriteAsync(context, new VoidedDocument(OutcomeText.Of(result)), DataPlaneJson.Default.VoidedDocument),
        }).ConfigureAwait(false);
    }

    private static ReceiptId? Find(HttpContext context, string kind) => ReceiptId.Find((string)context.Request.RouteValues["id"]!, kind);

    // Only the ids of a receipt count; the store knows the rest.
    private static HoldReceipt? FindHold(HttpContext context) => Find(context, ReceiptId.Hold) is { } id
        ? new HoldReceipt(id.KeyId, id.OperationId, Cost.Zero, DateTimeOffset.MaxValue)
        : null;

    private static AgentKeys Keys(HttpContext context) => context.RequestServices.GetRequiredService<AgentKeys>();
}
