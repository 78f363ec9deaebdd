using System.Text.Json.Serialization.Metadata;
using AgentKey.AspNetCore.Endpoints;
using AgentKey.AspNetCore.SelfServe;
using AgentKey.Charging;
using AgentKey.Keys;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AgentKey.Serve.AdminPlane;

/// <summary>Answers a request that makes a secret, once for each <c>Idempotency-Key</c>.</summary>
internal static class MintRequest
{
    /// <summary>The body, which stays there to be compared with that of an earlier request.</summary>
    /// <exception cref="InvalidFieldException">It is no JSON of this form.</exception>
    public static async Task<T> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type)
        where T : class
    {
        context.Request.EnableBuffering();
        var body = await RequestBody.ReadAsync(context, type).ConfigureAwait(false);
        context.Request.Body.Position = 0;
        return body;
    }

    /// <summary>Makes the secret, or says what was made before.</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">The status when it is done.</param>
    /// <param name="mint">Makes the secret; null when there is no such key.</param>
    public static async Task RunAsync(HttpContext context, int status, Func<Task<CreatedKey?>> mint)
    {
        if (IdempotencyKey.Read(context.Request) is not { } id)
        {
            await AnswerAsync(context, status, await mint().ConfigureAwait(false)).ConfigureAwait(false);
            return;
        }

        var kept = context.RequestServices.GetRequiredService<KeptMints>();
        var request = await RequestFingerprint.OfAsync(context).ConfigureAwait(false);
        var claimed = kept.Claim(id, request);
        if (!claimed.IsTaken)
        {
            await (claimed.Earlier is { } earlier
                ? RepeatAsync(context, status, request, earlier)
                : AspNetCore.RefusalResponse.WriteTooManyAsync(context, claimed.RoomAfter!.Value, "too_many_ids")).ConfigureAwait(false);
            return;
        }

        await AnswerAsync(context, status, await MintOnceAsync(kept, id, request, mint).ConfigureAwait(false)).ConfigureAwait(false);
    }

    /// <summary>Only a refusal gives the id back: after any other fault nobody knows what was made, and a second try might make it again.</summary>
    private static async Task<CreatedKey?> MintOnceAsync(KeptMints kept, string id, RequestFingerprint request, Func<Task<CreatedKey?>> mint)
    {
        CreatedKey? created;
        try
        {
            created = await mint().ConfigureAwait(false);
        }
        catch (InvalidFieldException)
        {
            kept.Release(id);
            throw;
        }

        if (created is null)
        {
            kept.Release(id);
        }
        else
        {
            kept.Complete(id, request, KeyDocument.Of(created.Key));
        }

        return created;
    }

    private static Task RepeatAsync(HttpContext context, int status, RequestFingerprint request, KeptMints.Mint earlier)
    {
        if (earlier.Request != request || earlier.Key is null)
        {
            return PlaneAnswer.WriteAsync(context, new Denial { Reason = earlier.Request == request ? DenialCode.DuplicateCall : DenialCode.IdempotencyMismatch });
        }

        context.Response.StatusCode = status;
        return PlaneAnswer.WriteAsync(context, new MintedDocument(null, earlier.Key), AdminPlaneJson.Default.MintedDocument, isReplay: true);
    }

    private static Task AnswerAsync(HttpContext context, int status, CreatedKey? created)
    {
        if (created is null)
        {
            return AspNetCore.RefusalResponse.WriteNotFoundAsync(context);
        }

        context.Response.StatusCode = status;
        return PlaneAnswer.WriteAsync(context, new MintedDocument(created.Secret.Reveal(), KeyDocument.Of(created.Key)), AdminPlaneJson.Default.MintedDocument);
    }
}
