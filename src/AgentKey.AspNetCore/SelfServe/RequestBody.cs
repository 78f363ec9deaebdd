using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace AgentKey.AspNetCore.SelfServe;

/// <summary>Reads the JSON body of a request.</summary>
internal static class RequestBody
{
    /// <summary>The body; an empty one is an object without members.</summary>
    /// <exception cref="InvalidFieldException">It is no JSON of this form.</exception>
    public static async Task<T> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted).ConfigureAwait(false);
            RequireMembers(document.RootElement, type);
            return document.Deserialize(type) ?? throw Malformed("null");
        }
        catch (JsonException malformed)
        {
            throw Malformed(malformed.Path);
        }
    }

    private static void RequireMembers(JsonElement body, JsonTypeInfo type)
    {
        if (FindMissing(body, type) is { } name)
        {
            throw new InvalidFieldException(name, "is missing", $"a JSON object with the member \"{name}\"");
        }
    }

    private static string? FindMissing(JsonElement body, JsonTypeInfo type)
    {
        try
        {
            return body.ValueKind == JsonValueKind.Object
                ? type.Properties.FirstOrDefault(member => member.IsRequired && !body.TryGetProperty(member.Name, out _))?.Name
                : null;
        }
        catch (InvalidOperationException)
        {
            // A name with half of a surrogate pair is no text; reading refuses it and says where.
            return null;
        }
    }

    // The parser's own words may quote what was sent.
    private static InvalidFieldException Malformed(string? path) =>
        new("body", $"is malformed at {path ?? "$"}", "a JSON object with the documented members, each once, numbers without quotes and exponents");
}
