using Microsoft.Extensions.Primitives;

namespace AgentKey.AspNetCore;

/// <summary>Reads <c>Authorization: Bearer …</c> (RFC 6750 §2.1). Query strings and cookies end up in logs and are never read.</summary>
internal static class BearerHeader
{
    /// <summary>What is longer is no secret of ours, and not worth hashing.</summary>
    public const int MaxLength = 256;

    private const string Scheme = "Bearer ";

    /// <summary>The presented credential; null when the header is absent or of another scheme.</summary>
    public static string? Read(StringValues header)
    {
        var value = header.Count == 1 ? header[0] : null;
        return value is not null && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? value[Scheme.Length..].Trim(' ')
            : null;
    }
}
