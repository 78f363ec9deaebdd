using Microsoft.AspNetCore.Http;

namespace AgentKey.AspNetCore;

/// <summary>What a request presents as its key: the bearer header, and nothing else. URLs end up in logs, cookies in forgeries.</summary>
internal readonly record struct BearerCredential
{
    // No secret is as long; what is longer is not worth a hash.
    private const int MaxLength = 256;
    private const string Scheme = "Bearer";

    private readonly string? _token;

    private BearerCredential(bool isPresented, string? token)
    {
        IsPresented = isPresented;
        _token = token;
    }

    /// <summary>Whether the request claims to carry a key, well-formed or not.</summary>
    public bool IsPresented { get; }

    public static BearerCredential Of(HttpRequest request)
    {
        var headers = request.Headers.Authorization;
        if (headers.Count == 1)
        {
            return Read(headers[0]);
        }

        // Two headers name two callers: whoever sent them, this is not a credential that anybody may act on.
        return headers.Any(header => Read(header).IsPresented) ? new BearerCredential(true, null) : default;
    }

    /// <summary>Whether any of the headers has an agent's key in it, alive or not: two are nobody's credential, and an agent's request all the same.</summary>
    public static bool IsOfAgent(HttpRequest request, AgentKeys keys) =>
        request.Headers.Authorization.Any(header => keys.Identify(Read(header).Reveal()).CanOpenAKey);

    /// <summary>The presented secret; <see langword="null"/> when what was presented cannot be one.</summary>
    public string? Reveal() => _token;

    /// <summary>Never the secret.</summary>
    public override string ToString() => IsPresented ? "(bearer credential)" : "(none)";

    private static BearerCredential Read(string? header)
    {
        var text = header.AsSpan().Trim(' ');
        if (!text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || (text.Length > Scheme.Length && text[Scheme.Length] != ' '))
        {
            return default;
        }

        var token = text[Scheme.Length..].TrimStart(' ');
        return new BearerCredential(true, token.Length is > 0 and <= MaxLength ? token.ToString() : null);
    }
}
