using Microsoft.AspNetCore.Http;

namespace AgentKey.AspNetCore.Endpoints;

/// <summary>The <c>Idempotency-Key</c> header: bare as Stripe's clients send it, or quoted as the IETF draft has it.</summary>
internal static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";

    /// <summary>The most characters of an id: with the prefix, as long as a call's operation id may be.</summary>
    public const int MaxLength = 112;

    // Keeps what a client chooses apart from the ids of other adapters and from those that the library makes.
    private const string Prefix = "http:";

    /// <summary>The operation id of a call under this id.</summary>
    public static string OperationIdOf(string id) => Prefix + id;

    /// <summary>The id; null when there is none.</summary>
    /// <exception cref="InvalidFieldException">There are several, or it is malformed.</exception>
    public static string? Read(HttpRequest request)
    {
        var values = request.Headers[Header];
        if (values.Count == 0)
        {
            return null;
        }

        var text = values.Count == 1 ? values[0]!.Trim(' ') : "";
        var id = text is ['"', .. var quoted, '"'] ? quoted : text;
        return id.Length is > 0 and <= MaxLength && !id.AsSpan().ContainsAnyExceptInRange('!', '~') && !id.Contains('"', StringComparison.Ordinal)
            ? id
            : throw new InvalidFieldException(Header, "is malformed", $"one header of 1 to {MaxLength} visible ASCII characters without quotes and spaces");
    }
}
