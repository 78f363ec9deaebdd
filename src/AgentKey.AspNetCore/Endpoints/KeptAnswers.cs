using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AgentKey.Keys;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AgentKey.AspNetCore.Endpoints;

/// <summary>What was answered to requests that may be repeated. Forgetting costs a repetition its answer, never its money.</summary>
internal sealed partial class KeptAnswers(IOptions<AgentKeyHttpOptions> options, ILogger<KeptAnswers> logger, IDistributedCache? shared = null)
{
    private readonly IDistributedCache _cache = shared ?? new MemoryDistributedCache(Options.Create(new MemoryDistributedCacheOptions()));

    /// <summary>Runs the handler and keeps its answer, unless that is too large.</summary>
    public async Task RunAsync(HttpContext context, KeyInfo key, string operationId, RequestFingerprint fingerprint, RequestDelegate handler)
    {
        KeptAnswer? answer = null;
        var sent = context.Response.Body;
        using var copy = new CopyingStream(sent, options.Value.KeepAnswersUpTo, () => answer = KeptAnswer.Of(context.Response, fingerprint));
        context.Response.Body = copy;
        try
        {
            await handler(context).ConfigureAwait(false);
            await context.Response.BodyWriter.FlushAsync(context.RequestAborted).ConfigureAwait(false);
            answer ??= KeptAnswer.Of(context.Response, fingerprint);
        }
        finally
        {
            context.Response.Body = sent;
        }

        if (copy.Copied is { } body && !context.RequestAborted.IsCancellationRequested)
        {
            await KeepAsync(NameOf(key, operationId), answer with { Body = body }).ConfigureAwait(false);
        }
    }

    /// <summary>Sends what was answered before to the very same request.</summary>
    /// <returns>False when nothing is kept, or the request is another one.</returns>
    public async Task<bool> TryRepeatAsync(HttpContext context, KeyInfo key, string operationId, RequestFingerprint fingerprint)
    {
        var answer = await FindAsync(NameOf(key, operationId), context.RequestAborted).ConfigureAwait(false);
        if (answer is null || answer.Fingerprint != fingerprint.Hex)
        {
            return false;
        }

        await answer.WriteAsync(context).ConfigureAwait(false);
        return true;
    }

    private async Task<KeptAnswer?> FindAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            var stored = await _cache.GetAsync(name, cancellationToken).ConfigureAwait(false);
            return stored is null ? null : JsonSerializer.Deserialize(stored, KeptAnswerJson.Default.KeptAnswer);
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            // The same as an answer that was not kept: the repetition is refused, and neither runs nor pays.
            LogNotFound(logger, fault);
            return null;
        }
    }

    private async Task KeepAsync(string name, KeptAnswer answer)
    {
        try
        {
            var entry = new DistributedCacheEntryOptions { AbsoluteExpirationRelativeToNow = options.Value.KeepAnswersFor };
            await _cache.SetAsync(name, JsonSerializer.SerializeToUtf8Bytes(answer, KeptAnswerJson.Default.KeptAnswer), entry, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            // The answer is on its way and paid for; a cache that is down must not turn it into a failure.
            LogNotKept(logger, fault);
        }
    }

    // The first key of every store is key 1, and a cache may serve the applications of several.
    private static string NameOf(KeyInfo key, string operationId) =>
        "agentkey:answer:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{key.Id}\n{key.CreatedAt.UtcTicks}\n{key.AccountId}\n{operationId}")));

    [LoggerMessage(2101, LogLevel.Warning, "An answer could not be kept for repetitions of its request")]
    private static partial void LogNotKept(ILogger logger, Exception exception);

    [LoggerMessage(2102, LogLevel.Warning, "The kept answers could not be asked, so a repeated request is refused")]
    private static partial void LogNotFound(ILogger logger, Exception exception);
}
