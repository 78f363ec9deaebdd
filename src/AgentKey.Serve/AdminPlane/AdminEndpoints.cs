using AgentKey.AspNetCore;
using AgentKey.AspNetCore.SelfServe;
using AgentKey.Budgets;
using AgentKey.Keys;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AgentKey.Serve.AdminPlane;

/// <summary>What an operator may do: make, read, change and end keys.</summary>
/// <remarks>Changes take no token of the request: whoever asked may be gone, and what was changed still gets its line in the audit.</remarks>
internal static class AdminEndpoints
{
    public static async Task CreateAsync(HttpContext context)
    {
        var body = await MintRequest.ReadAsync(context, AdminPlaneJson.Default.KeyBody).ConfigureAwait(false);
        await MintRequest.RunAsync(context, StatusCodes.Status201Created, async () =>
        {
            var created = await Keys(context).CreateAsync(body.ToNewKey(), CancellationToken.None).ConfigureAwait(false);
            AdminAudit.Of(context).Created(created.Key);
            return created;
        }).ConfigureAwait(false);
    }

    public static async Task EnsureSubjectAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context, AdminPlaneJson.Default.SubjectBody).ConfigureAwait(false);
        var key = await Keys(context).EnsureSubjectAsync(SubjectText.Read(body.Subject), body.ToNewKey(), CancellationToken.None).ConfigureAwait(false);
        AdminAudit.Of(context).Ensured(key);
        await WriteAsync(context, key).ConfigureAwait(false);
    }

    public static async Task ListAsync(HttpContext context)
    {
        var query = AdminQuery.ReadKeys(context.Request.Query);
        var found = await Keys(context).ListAsync(query, context.RequestAborted).ConfigureAwait(false);
        var page = new KeyListDocument([.. found.Select(KeyDocument.Of)], found.Count == query.Limit ? found[^1].Id : null);
        await PlaneAnswer.WriteAsync(context, page, AdminPlaneJson.Default.KeyListDocument).ConfigureAwait(false);
    }

    public static async Task ReadAsync(HttpContext context)
    {
        var key = await FindAsync(context).ConfigureAwait(false);
        await (key is null ? RefusalResponse.WriteNotFoundAsync(context) : WriteAsync(context, key)).ConfigureAwait(false);
    }

    public static async Task RotateAsync(HttpContext context)
    {
        var body = await MintRequest.ReadAsync(context, SelfServeJson.Default.RotateRequest).ConfigureAwait(false);
        await MintRequest.RunAsync(context, StatusCodes.Status200OK, async () =>
        {
            var overlap = body.ToOverlap();
            var rotated = await Keys(context).RotateAsync(KeyId(context), overlap, Account(context), CancellationToken.None).ConfigureAwait(false);
            if (rotated is not null)
            {
                AdminAudit.Of(context).Rotated(rotated.Key, overlap);
            }

            return rotated;
        }).ConfigureAwait(false);
    }

    public static async Task RevokeAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context, AdminPlaneJson.Default.RevokeBody).ConfigureAwait(false);
        var revoked = body.Descendants
            ? await Keys(context).RevokeWithDescendantsAsync(KeyId(context), Account(context), CancellationToken.None).ConfigureAwait(false)
            : await Keys(context).RevokeAsync(KeyId(context), Account(context), CancellationToken.None).ConfigureAwait(false) ? 1 : 0;
        if (revoked == 0)
        {
            await RefusalResponse.WriteNotFoundAsync(context).ConfigureAwait(false);
            return;
        }

        AdminAudit.Of(context).Revoked(KeyId(context), revoked);
        await PlaneAnswer.WriteAsync(context, new RevokedDocument(revoked), AdminPlaneJson.Default.RevokedDocument).ConfigureAwait(false);
    }

    public static async Task RaiseAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context, AdminPlaneJson.Default.RaiseBody).ConfigureAwait(false);
        var (by, duration) = (body.ToCost(), body.ToDuration());
        if (await FindAsync(context).ConfigureAwait(false) is not { } key
            || !await Keys(context).RaiseBudgetAsync(BudgetOwner.Key(key.Id), body.Budget, by, duration, CancellationToken.None).ConfigureAwait(false))
        {
            await RefusalResponse.WriteNotFoundAsync(context).ConfigureAwait(false);
            return;
        }

        AdminAudit.Of(context).Raised(key.Id, body.Budget, by, duration);
        await ReadAsync(context).ConfigureAwait(false);
    }

    public static async Task ChangeCapAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context, AdminPlaneJson.Default.CapBody).ConfigureAwait(false);
        var cap = body.ToCost();
        if (!await Keys(context).ChangeCapAsync(KeyId(context), cap, Account(context), CancellationToken.None).ConfigureAwait(false))
        {
            await RefusalResponse.WriteNotFoundAsync(context).ConfigureAwait(false);
            return;
        }

        AdminAudit.Of(context).Capped(KeyId(context), cap);
        await ReadAsync(context).ConfigureAwait(false);
    }

    public static async Task ReadUsageAsync(HttpContext context)
    {
        var query = UsageParameters.Read(context.Request.Query, AdminQuery.ReadText(context.Request.Query, "key"), mayBeByKey: true);
        if (Account(context) is not null && await FindAsync(context, query.KeyId ?? throw NoKeyOfAccount()).ConfigureAwait(false) is null)
        {
            await RefusalResponse.WriteNotFoundAsync(context).ConfigureAwait(false);
            return;
        }

        var rows = await Keys(context).ReadUsageAsync(query, context.RequestAborted).ConfigureAwait(false);
        await PlaneAnswer.WriteAsync(context, UsageDocument.Of(query.By, rows), SelfServeJson.Default.UsageDocument).ConfigureAwait(false);
    }

    private static Task<KeyInfo?> FindAsync(HttpContext context) => FindAsync(context, KeyId(context));

    private static async Task<KeyInfo?> FindAsync(HttpContext context, string keyId)
    {
        var key = await Keys(context).FindAsync(keyId, context.RequestAborted).ConfigureAwait(false);
        return Account(context) is { } account && !AccountIds.IsSame(key?.AccountId, account) ? null : key;
    }

    // The ledger knows keys and no accounts: the sum of everybody must not pass for that of one.
    private static InvalidFieldException NoKeyOfAccount() => new("key", "has to be there when account is", "the id of a key of the account, e.g. key=42");

    private static Task WriteAsync(HttpContext context, KeyInfo key) =>
        PlaneAnswer.WriteAsync(context, KeyDocument.Of(key), SelfServeJson.Default.KeyDocument);

    private static string KeyId(HttpContext context) => (string)context.Request.RouteValues["id"]!;

    private static string? Account(HttpContext context) => AdminQuery.ReadText(context.Request.Query, "account");

    private static AgentKeys Keys(HttpContext context) => context.RequestServices.GetRequiredService<AgentKeys>();
}
