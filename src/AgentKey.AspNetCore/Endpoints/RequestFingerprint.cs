using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace AgentKey.AspNetCore.Endpoints;

/// <summary>Tells whether a request with a known <c>Idempotency-Key</c> asks for the same thing.</summary>
/// <param name="Hex">A hash of method, path, query and body.</param>
internal sealed record RequestFingerprint(string Hex)
{
    /// <summary>Reads the body, and lets the handler read it again.</summary>
    public static async Task<RequestFingerprint> OfAsync(HttpContext context)
    {
        var request = context.Request;
        request.EnableBuffering();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Method} {request.GetEncodedPathAndQuery()}\n"));
        hash.AppendData(await SHA256.HashDataAsync(request.Body, context.RequestAborted).ConfigureAwait(false));
        request.Body.Position = 0;
        return new RequestFingerprint(Convert.ToHexStringLower(hash.GetHashAndReset()));
    }
}
