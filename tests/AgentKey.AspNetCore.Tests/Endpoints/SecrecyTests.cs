using System.Net;
using System.Text;
using AgentKey.Keys;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpLogging;
using Microsoft.Extensions.DependencyInjection;

namespace AgentKey.AspNetCore.Tests.Endpoints;

/// <summary>A secret is in the one answer that makes it, and nowhere else.</summary>
public sealed class SecrecyTests
{
    [Fact]
    public async Task Row78_Nothing_that_a_request_leaves_behind_holds_a_secret()
    {
        await using var application = await KeyedApplication.StartAsync(
            endpoints =>
            {
                ((WebApplication)endpoints).UseHttpLogging();
                endpoints.MapOpenApi();
                endpoints.MapAgentKeys();
                endpoints.MapPost("/work", () => "done").RequireAgentScope("docs.read").WithCost(60);
                endpoints.MapPost("/other", () => "done").RequireAgentScope("docs.write");
                endpoints.MapPost("/broken", string () => throw new InvalidOperationException("broken")).RequireAgentScope("docs.read");
            },
            services: services =>
            {
                services.AddOpenApi(options => options.AddAgentKeys());
                services.AddHttpLogging(options => options.LoggingFields = HttpLoggingFields.All);
            });
        var key = await KeyFolder.MintAsync(application.Keys);
        var dead = await KeyFolder.MintAsync(application.Keys);
        await application.Keys.RevokeAsync(dead.Key.Id, cancellationToken: TestContext.Current.CancellationToken);

        application.Folder.TakeAway();
        using var unavailable = await application.SendAsync(HttpMethod.Post, "/work", key);
        application.Folder.BringBack();

        var left = new StringBuilder();
        foreach (var (method, path, caller) in new[]
        {
            (HttpMethod.Post, "/work", key), (HttpMethod.Post, "/work", key), (HttpMethod.Post, "/other", key), (HttpMethod.Post, "/broken", key),
            (HttpMethod.Post, "/work", dead), (HttpMethod.Get, "/agent-keys/self", key), (HttpMethod.Get, "/agent-keys/self/usage", key),
            (HttpMethod.Get, $"/agent-keys/{dead.Key.Id}", key), (HttpMethod.Get, "/openapi/v1.json", key),
        })
        {
            using var response = await application.SendAsync(method, path, caller);
            left.AppendLine(response.ToString()).AppendLine(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }

        left.AppendLine(await unavailable.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).AppendLine(application.Log.Text);
        left.Append(key).Append(key.Secret).Append(application.Keys.Identify(key.Secret.Reveal()));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, unavailable.StatusCode);
        Assert.Contains("Authorization: [Redacted]", application.Log.Text, StringComparison.Ordinal);
        foreach (var secret in new[] { key.Secret, dead.Secret })
        {
            Assert.False(left.ToString().Contains(secret.Reveal(), StringComparison.Ordinal), "a secret was told");
            Assert.False(left.ToString().Contains(secret.Reveal()[^30..], StringComparison.Ordinal), "a part of a secret was told");
            Assert.True(AgentSecret.TryParse(secret.Reveal(), out _));
        }
    }
}
