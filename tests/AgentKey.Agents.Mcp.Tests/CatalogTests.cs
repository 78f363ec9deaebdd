using System.Text.Json.Nodes;
using AgentKey.Agents.Mcp.Tests.Hosting;
using AgentKey.Agents.Mcp.Tests.Tools;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ModelContextProtocol;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.Agents.Mcp.Tests;

public sealed class CatalogTests
{
    [Theory]
    [MemberData(nameof(Wire.All), MemberType = typeof(Wire))]
    public async Task Each_key_sees_only_the_tools_that_it_may_call(HttpServerSessionMode mode, string protocol)
    {
        var wire = new Wire(mode, protocol);
        await using var server = await HttpServer.StartAsync(mcp => mcp.WithAgentKeys().WithAgentTools(), wire);
        await using var worker = await server.ConnectAsync(await server.Folder.MintAsync(300, "test.work", "test.whoami"), wire);
        await using var admin = await server.ConnectAsync(await server.Folder.MintAsync(300, "admin.*"), wire);

        Assert.Equal(["free", "whoami", "work"], await NamesAsync(worker));
        Assert.Equal(["free", "reset"], await NamesAsync(admin));
    }

    [Theory]
    [MemberData(nameof(Wire.All), MemberType = typeof(Wire))]
    public async Task Each_tool_in_the_list_names_its_price(HttpServerSessionMode mode, string protocol)
    {
        var wire = new Wire(mode, protocol);
        await using var server = await HttpServer.StartAsync(mcp => mcp.WithAgentKeys().WithAgentTools(), wire);
        await using var client = await server.ConnectAsync(await server.Folder.MintAsync(300, "test.*"), wire);

        var tools = await client.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken);

        string PriceOf(string name) => tools.Single(tool => tool.Name == name).ProtocolTool.Meta!["agentkey/price"]!.ToJsonString();
        Assert.Equal("""{"cents":15}""", PriceOf("work"));
        Assert.Equal("""{"upToCents":40}""", PriceOf("ask-held"));
        Assert.Equal("""{"cents":1,"per":"length","units":1000}""", PriceOf("by-length"));
        Assert.Equal("""{"cents":0}""", PriceOf("free"));
    }

    [Fact]
    public async Task The_servers_own_tools_are_not_changed_by_showing_them()
    {
        await using var server = await HttpServer.StartAsync(mcp => mcp.WithAgentKeys().WithAgentTools());
        await using var client = await server.ConnectAsync(await server.Folder.MintAsync(300, "test.*"));

        await client.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken);

        var tools = server.Services.GetServices<McpServerTool>().ToList();
        Assert.NotEmpty(tools);
        Assert.All(tools, tool => Assert.Null(tool.ProtocolTool.Meta));
    }

    [Fact]
    public async Task What_is_listed_is_otherwise_what_the_plain_server_lists()
    {
        await using var guarded = await HttpServer.StartAsync(mcp => mcp.WithAgentKeys().WithAgentTools());
        await using var plain = await HttpServer.StartAsync(
            mcp => mcp.WithTools<CountedTools>().WithTools<AskingTools>().WithTools<OutcomeTools>(), requiresKey: false);
        var key = await guarded.Folder.MintAsync(300, "test.*", "admin.*");
        await using var guardedClient = await guarded.ConnectAsync(key);
        await using var plainClient = await plain.ConnectAsync(key: null);

        Assert.Equal(await ToolsWithoutPricesAsync(plainClient), await ToolsWithoutPricesAsync(guardedClient));
    }

    [Fact]
    public async Task A_list_is_the_callers_own_and_no_shared_cache_may_keep_it()
    {
        await using var server = await HttpServer.StartAsync(mcp => mcp.WithAgentKeys().WithAgentTools());
        await using var client = await server.ConnectAsync(await server.Folder.MintAsync(300, "test.*"));

        var list = await client.ListToolsAsync(new ListToolsRequestParams(), TestContext.Current.CancellationToken);

        Assert.Equal(CacheScope.Private, list.CacheScope);
    }

    [Fact]
    public async Task On_stdio_the_list_follows_the_key_until_it_is_revoked()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(300, "test.work");
        await using var server = PipeServer.Start(folder, key.Secret.Reveal());
        await using var client = await server.ConnectAsync();

        var before = await NamesAsync(client);
        await folder.Keys.RevokeAsync(key.Key.Id, cancellationToken: TestContext.Current.CancellationToken);
        var after = await NamesAsync(client);

        Assert.Equal(["free", "work"], before);
        Assert.Equal(["free"], after);
    }

    [Fact]
    public async Task A_silent_store_is_an_error_and_not_an_empty_list()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(300, "test.*");
        await using var server = PipeServer.Start(folder, key.Secret.Reveal());
        await using var client = await server.ConnectAsync();

        folder.TakeAway();
        var error = await Assert.ThrowsAsync<McpProtocolException>(() => NamesAsync(client));
        folder.BringBack();

        Assert.StartsWith("Request failed (remote): store_unavailable", error.Message, StringComparison.Ordinal);
        Assert.Contains("work", await NamesAsync(client));
    }

    [Fact]
    public async Task A_tool_that_nobody_tagged_is_not_listed()
    {
        await using var server = await HttpServer.StartAsync(mcp => mcp.WithAgentKeys().WithTools<RawTools>());
        await using var client = await server.ConnectAsync(await server.Folder.MintAsync(300, "test.*"));

        Assert.Empty(await NamesAsync(client));
    }

    private static async Task<IEnumerable<string>> NamesAsync(McpClient client) =>
        (await client.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken)).Select(tool => tool.Name).Order(StringComparer.Ordinal);

    private static async Task<IEnumerable<string>> ToolsWithoutPricesAsync(McpClient client)
    {
        var list = await client.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken);
        return list.OrderBy(tool => tool.Name, StringComparer.Ordinal).Select(tool =>
        {
            var json = System.Text.Json.JsonSerializer.SerializeToNode(tool.ProtocolTool, McpJsonUtilities.DefaultOptions)!.AsObject();
            if (json["_meta"] is JsonObject meta && meta.Remove("agentkey/price") && meta.Count == 0)
            {
                json.Remove("_meta");
            }

            return json.ToJsonString();
        });
    }
}
