using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace AgentKey.AspNetCore.Endpoints;

/// <summary>Tells whether a request with a known <c>Idempotency-Key</c> asks for the same thing.</summary>
/// <param name="Hex">A hash of method, path, query, some headers and body.</param>
internal sealed record RequestFingerprint(string Hex)
{
    /// <summary>Reads the body, and lets the handler read it again.</summary>
    /// <param name="context">The request.</param>
    /// <param name="headers">The headers with which it would be another request.</param>
    public static async Task<RequestFingerprint> OfAsync(HttpContext context, params string[] headers)
    {
        var request = context.Request;
        request.EnableBuffering();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Method} {request.GetEncodedPathAndQuery()}\n"));
        foreach (var name in headers)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}: {request.Headers[name]}\n"));
        }

        hash.AppendData(await SHA256.HashDataAsync(request.Body, context.RequestAborted).ConfigureAwait(false));
        request.Body.Position = 0;
        return new RequestFingerprint(Convert.ToHexStringLower(hash.GetHashAndReset()));
    }
}
