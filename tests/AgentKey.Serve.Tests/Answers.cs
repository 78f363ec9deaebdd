using System.Net;
using System.Text.Json;

namespace AgentKey.Serve.Tests;

/// <summary>Reads what a sidecar answered.</summary>
internal static class Answers
{
    public static Task<string> TextAsync(this HttpResponseMessage response) => response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

    /// <summary>Whether it was done; the answer, for more.</summary>
    public static async Task<JsonElement> IsDoneAsync(this HttpResponseMessage response, HttpStatusCode status = HttpStatusCode.OK)
    {
        var text = await response.TextAsync();
        Assert.True(status == response.StatusCode, $"{(int)response.StatusCode}: {text}");
        return JsonElement.Parse(text);
    }

    /// <summary>Whether it is a problem with this status and code; the problem, for more.</summary>
    public static async Task<JsonElement> IsProblemAsync(this HttpResponseMessage response, HttpStatusCode status, string code)
    {
        var problem = await response.IsDoneAsync(status);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(code, problem.GetProperty("code").GetString());
        return problem;
    }

    public static string Text(this JsonElement json, string member) => json.GetProperty(member).GetString()!;

    public static decimal Amount(this JsonElement json, string member) => json.GetProperty(member).GetDecimal();
}
