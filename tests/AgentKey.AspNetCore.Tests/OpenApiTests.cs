using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using AgentKey.Agents;
using AgentKey.Money;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace AgentKey.AspNetCore.Tests;

public sealed class OpenApiTests
{
    [Fact]
    public async Task The_document_says_how_a_key_is_presented_and_what_each_operation_needs_and_costs()
    {
        await using var application = await StartAsync();
        var document = await ReadAsync(application);

        var scheme = document.GetProperty("components").GetProperty("securitySchemes").GetProperty("AgentKey");
        Assert.Equal("http", scheme.GetProperty("type").GetString());
        Assert.Equal("bearer", scheme.GetProperty("scheme").GetString());
        foreach (var (path, price, cents) in new[] { ("/fixed", "$0.15", "15"), ("/tagged", "$0.002", "0.2"), ("/held", "up to $0.40", "40"), ("/asked", "an amount that the request decides", "null") })
        {
            var operation = Operation(document, path, "get");
            Assert.Equal("proxy.chat", Assert.Single(Assert.Single(operation.GetProperty("security").EnumerateArray()).GetProperty("AgentKey").EnumerateArray()).GetString());
            Assert.Equal("proxy.chat", operation.GetProperty("x-agentkey").GetProperty("scope").GetString());
            Assert.Equal(price, operation.GetProperty("x-agentkey").GetProperty("price").GetString());
            Assert.Equal(cents, operation.GetProperty("x-agentkey").GetProperty("costCents").GetRawText());
            Assert.Contains($"Costs {price}.", operation.GetProperty("description").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Each_refusal_is_described_as_the_same_kind_of_problem()
    {
        await using var application = await StartAsync();
        var document = await ReadAsync(application);

        var responses = Operation(document, "/fixed", "get").GetProperty("responses");
        foreach (var status in new[] { "401", "402", "403", "409", "429", "503" })
        {
            var schema = responses.GetProperty(status).GetProperty("content").GetProperty("application/problem+json").GetProperty("schema");
            Assert.Equal("#/components/schemas/AgentKeyProblem", schema.GetProperty("$ref").GetString());
        }

        Assert.True(document.GetProperty("components").GetProperty("schemas").GetProperty("AgentKeyProblem").GetProperty("properties").TryGetProperty("code", out _));
    }

    [Fact]
    public async Task What_needs_no_key_is_left_alone_and_self_service_is_described()
    {
        await using var application = await StartAsync();
        var document = await ReadAsync(application);

        Assert.False(Operation(document, "/free", "get").TryGetProperty("security", out _));
        Assert.False(Operation(document, "/free", "get").TryGetProperty("x-agentkey", out _));
        var mint = Operation(document, "/agent-keys", "post");
        Assert.True(Assert.Single(mint.GetProperty("security").EnumerateArray()).TryGetProperty("AgentKey", out _));
        Assert.True(mint.TryGetProperty("requestBody", out _));
        Assert.True(mint.GetProperty("responses").TryGetProperty("201", out _));
        Assert.True(Operation(document, "/agent-keys/{id}", "delete").GetProperty("responses").TryGetProperty("204", out _));
    }

    [Fact]
    public async Task Self_service_is_described_where_only_generated_json_is_known()
    {
        await using var application = await KeyedApplication.StartAsync(
            endpoints =>
            {
                endpoints.MapOpenApi();
                endpoints.MapAgentKeys();
            },
            services: services =>
            {
                // As in an application that is published ahead of time.
                services.ConfigureHttpJsonOptions(options => options.SerializerOptions.TypeInfoResolverChain.Remove(
                    options.SerializerOptions.TypeInfoResolverChain.OfType<DefaultJsonTypeInfoResolver>().Single()));
                services.AddOpenApi(options => options.AddAgentKeys());
            });

        Assert.True(Operation(await ReadAsync(application), "/agent-keys", "post").TryGetProperty("requestBody", out _));
    }

    private static Task<KeyedApplication> StartAsync() => KeyedApplication.StartAsync(
        endpoints =>
        {
            endpoints.MapOpenApi();
            endpoints.MapAgentKeys();
            endpoints.MapGet("/free", () => "free");
            endpoints.MapGet("/fixed", () => "x").RequireAgentScope("proxy.chat").WithCost(15);
            endpoints.MapGet("/tagged", [AgentScope("proxy.chat"), Cost(0.2)] () => "x");
            endpoints.MapGet("/held", () => "x").RequireAgentScope("proxy.chat").WithCostUpTo(40);
            endpoints.MapGet("/asked", () => "x").RequireAgentScope("proxy.chat").WithCost(_ => Cost.FromCents(1));
        },
        services: services => services.AddOpenApi(options => options.AddAgentKeys()));

    private static async Task<JsonElement> ReadAsync(KeyedApplication application)
    {
        using var response = await application.GetAsync("/openapi/v1.json");
        return await response.JsonAsync();
    }

    private static JsonElement Operation(JsonElement document, string path, string method) =>
        document.GetProperty("paths").GetProperty(path).GetProperty(method);
}
