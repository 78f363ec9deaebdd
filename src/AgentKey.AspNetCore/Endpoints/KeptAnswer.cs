using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace AgentKey.AspNetCore.Endpoints;

/// <summary>A response as it was sent, for those who ask again.</summary>
/// <param name="Fingerprint">The request that it answers.</param>
/// <param name="Status">The status.</param>
/// <param name="Headers">The headers that belong to the answer, not to the connection.</param>
/// <param name="Body">The body.</param>
internal sealed record KeptAnswer(string Fingerprint, int Status, Dictionary<string, string?[]> Headers, byte[] Body)
{
    // Made anew for each response, or meant for one client at one time.
    private static readonly HashSet<string> Passing = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Content-Length", "Date", "Keep-Alive", "RateLimit", "RateLimit-Policy", "Server", "Set-Cookie", "Trailer", "Transfer-Encoding", "Upgrade",
    };

    /// <summary>The handler's answer, before it starts: what middlewares add at the start, they will add again.</summary>
    public static KeptAnswer Of(HttpResponse response, RequestFingerprint fingerprint) => new(
        fingerprint.Hex,
        response.StatusCode,
        response.Headers.Where(header => !Passing.Contains(header.Key)).ToDictionary(header => header.Key, header => header.Value.ToArray()),
        []);

    public async Task WriteAsync(HttpContext context)
    {
        context.Response.StatusCode = Status;
        foreach (var (name, values) in Headers)
        {
            context.Response.Headers[name] = values;
        }

        context.Response.Headers["Idempotent-Replayed"] = "true";
        if (Body.Length > 0)
        {
            await context.Response.Body.WriteAsync(Body, context.RequestAborted).ConfigureAwait(false);
        }
    }
}

/// <summary>Writes kept answers without reflection.</summary>
[JsonSerializable(typeof(KeptAnswer))]
internal sealed partial class KeptAnswerJson : JsonSerializerContext;
