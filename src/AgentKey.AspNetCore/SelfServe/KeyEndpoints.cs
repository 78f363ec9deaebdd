using System.Text.Json.Serialization.Metadata;
using AgentKey.Agents;
using AgentKey.Keys;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AgentKey.AspNetCore.SelfServe;

/// <summary>What a key may ask about itself and the keys below it. Nothing here raises a budget, a scope or a lifetime.</summary>
internal static class KeyEndpoints
{
    public static async Task ReadOwnAsync(HttpContext context) =>
        await WriteAsync(context, KeyDocument.Of(Own(context).Key), SelfServeJson.Default.KeyDocument).ConfigureAwait(false);

    public static async Task ReadUsageAsync(HttpContext context)
    {
        KnownParameters.Require(context.Request.Query, "by", "since", "until");
        var query = UsageParameters.Read(context.Request.Query, Own(context).Key.Id);
        var rows = await Keys(context).ReadUsageAsync(query, context.RequestAborted).ConfigureAwait(false);
        await WriteAsync(context, UsageDocument.Of(query.By, rows), SelfServeJson.Default.UsageDocument).ConfigureAwait(false);
    }

    public static async Task RotateOwnAsync(HttpContext context)
    {
        var request = await RequestBody.ReadAsync(context, SelfServeJson.Default.RotateRequest).ConfigureAwait(false);
        var rotated = await Keys(context).RotateAsync(Own(context).Caller, request.ToOverlap(), context.RequestAborted).ConfigureAwait(false);
        await (rotated is null
            ? context.ChallengeAsync(CallerIdentity.Scheme)
            : WriteSecretAsync(context, StatusCodes.Status200OK, rotated)).ConfigureAwait(false);
    }

    public static async Task MintAsync(HttpContext context)
    {
        var request = await RequestBody.ReadAsync(context, SelfServeJson.Default.ChildRequest).ConfigureAwait(false);
        var own = Own(context);
        var created = await Keys(context).CreateChildAsync(own.Caller, request.ToNewKey(own.Key), context.RequestAborted).ConfigureAwait(false);
        await WriteSecretAsync(context, StatusCodes.Status201Created, created).ConfigureAwait(false);
    }

    public static Task ReadBelowAsync(HttpContext context) => WithDescendantAsync(
        context, key => WriteAsync(context, KeyDocument.Of(key), SelfServeJson.Default.KeyDocument));

    public static Task RevokeBelowAsync(HttpContext context) => WithDescendantAsync(context, async key =>
    {
        // Half of it would leave what the keys below have carved where it is.
        await Keys(context).RevokeWithDescendantsAsync(key.Id, key.AccountId, CancellationToken.None).ConfigureAwait(false);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    });

    public static async Task WriteSecretAsync(HttpContext context, int status, CreatedKey created)
    {
        context.Response.StatusCode = status;
        await WriteAsync(context, SecretDocument.Of(created), SelfServeJson.Default.SecretDocument).ConfigureAwait(false);
    }

    private static async Task WithDescendantAsync(HttpContext context, Func<KeyInfo, Task> work)
    {
        var keyId = (string)context.Request.RouteValues["id"]!;
        var (kinship, key) = await Kin.FindAsync(Keys(context), Own(context).Key, keyId, context.RequestAborted).ConfigureAwait(false);
        await (kinship switch
        {
            Kinship.Descendant => work(key!),
            Kinship.Relative => RefusalResponse.WriteAsync(context, StatusCodes.Status403Forbidden, "Forbidden", "forbidden"),
            _ => RefusalResponse.WriteNotFoundAsync(context),
        }).ConfigureAwait(false);
    }

    private static Task WriteAsync<T>(HttpContext context, T document, JsonTypeInfo<T> type)
    {
        // Neither a secret nor what is left of a budget is anything to keep.
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsJsonAsync(document, type, cancellationToken: context.RequestAborted);
    }

    private static AgentKeys Keys(HttpContext context) => context.RequestServices.GetRequiredService<AgentKeys>();

    private static CallerIdentity Own(HttpContext context) =>
        CallerIdentity.Find(context.User) ?? throw new InvalidOperationException("The endpoint was reached without a key.");
}
