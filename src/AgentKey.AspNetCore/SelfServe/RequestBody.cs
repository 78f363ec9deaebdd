using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AgentKey.AspNetCore.SelfServe;

/// <summary>Reads the JSON body of a request.</summary>
internal static class RequestBody
{
    /// <summary>The body; none is an object without members.</summary>
    /// <exception cref="InvalidFieldException">It is no JSON of this form.</exception>
    public static async Task<T> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            var isThere = context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody != false;
            using var document = isThere
                ? await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted).ConfigureAwait(false)
                : JsonDocument.Parse("{}");
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
