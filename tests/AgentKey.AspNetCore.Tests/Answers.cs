using System.Net;
using System.Text.Json;

namespace AgentKey.AspNetCore.Tests;

/// <summary>Reads what a server answered.</summary>
internal static class Answers
{
    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage response) =>
        JsonElement.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

    /// <summary>Whether it is a problem with this status and code; the problem, for more.</summary>
    public static async Task<JsonElement> IsProblemAsync(this HttpResponseMessage response, HttpStatusCode status, string code)
    {
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(status == response.StatusCode, $"{(int)response.StatusCode}: {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonElement.Parse(text);
        Assert.Equal(code, problem.GetProperty("code").GetString());
        return problem;
    }

    /// <summary>The body and the headers, without what is another with each request.</summary>
    public static async Task<string> WithoutTraceIdAsync(this HttpResponseMessage response)
    {
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var traceId = JsonElement.Parse(body).GetProperty("traceId").GetString()!;
        var headers = response.Headers.Concat(response.Content.Headers).Where(header => header.Key != "Date")
            .Select(header => $"{header.Key}: {string.Join(", ", header.Value)}");
        return string.Join('\n', [$"{(int)response.StatusCode}", .. headers.Order(StringComparer.Ordinal), body.Replace(traceId, "TRACE", StringComparison.Ordinal)]);
    }
}
