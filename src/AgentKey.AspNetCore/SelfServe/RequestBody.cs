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
            return document.Deserialize(type) ?? throw Malformed("null");
        }
        catch (JsonException malformed)
        {
            throw Malformed(malformed.Path);
        }
    }

    // The parser's own words may quote what was sent.
    private static InvalidFieldException Malformed(string? path) =>
        new("body", $"is malformed at {path ?? "$"}", "a JSON object with the documented members, each once, numbers without quotes and exponents");
}
