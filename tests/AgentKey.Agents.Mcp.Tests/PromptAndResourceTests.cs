using AgentKey.Agents.Mcp.Tests.Hosting;
using AgentKey.Agents.Mcp.Tests.Tools;
using AgentKey.Money;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.Agents.Mcp.Tests;

public sealed class PromptAndResourceTests
{
    [Theory]
    [MemberData(nameof(Wire.All), MemberType = typeof(Wire))]
    public async Task A_prompt_is_charged_and_says_what_is_left(HttpServerSessionMode mode, string protocol)
    {
        var wire = new Wire(mode, protocol);
        await using var server = await HttpServer.StartAsync(mcp => mcp.WithAgentKeys().WithAgentTools(), wire);
        var key = await server.Folder.MintAsync(300, "test.*");
        await using var client = await server.ConnectAsync(key, wire);

        var prompt = await GetAsync(client, "brief", ("topic", "budgets"));

        Assert.Equal("Write about budgets.", Assert.IsType<TextContentBlock>(prompt.Messages.Single().Content).Text);
        Assert.Equal("298", prompt.Meta!["agentkey/remainingCents"]!.ToJsonString());
        Assert.Equal(Cost.FromCents(2), await server.Folder.SpentAsync(key));
    }

    [Theory]
    [MemberData(nameof(Wire.All), MemberType = typeof(Wire))]
    public async Task A_resource_is_charged_and_says_what_is_left(HttpServerSessionMode mode, string protocol)
    {
        var wire = new Wire(mode, protocol);
        await using var server = await HttpServer.StartAsync(mcp => mcp.WithAgentKeys().WithAgentTools(), wire);
        var key = await server.Folder.MintAsync(300, "test.*");
        await using var client = await server.ConnectAsync(key, wire);

        var manual = await ReadAsync(client, "test://manual");
        var page = await ReadAsync(client, "test://pages/7");

        Assert.Equal("The manual.", Assert.IsType<TextResourceContents>(manual.Contents.Single()).Text);
        Assert.Equal("Page 7.", Assert.IsType<TextResourceContents>(page.Contents.Single()).Text);
        Assert.Equal("296", page.Meta!["agentkey/remainingCents"]!.ToJsonString());
        Assert.Equal(Cost.FromCents(4), await server.Folder.SpentAsync(key));
    }

    [Theory]
    [MemberData(nameof(Wire.All), MemberType = typeof(Wire))]
    public async Task A_refusal_is_a_protocol_error_with_the_same_data_as_everywhere(HttpServerSessionMode mode, string protocol)
    {
        var wire = new Wire(mode, protocol);
        await using var server = await HttpServer.StartAsync(mcp => mcp.WithAgentKeys().WithAgentTools(), wire);
        var key = await server.Folder.MintAsync(1, "test.*");
        await using var client = await server.ConnectAsync(key, wire);

        var tooDear = await Assert.ThrowsAsync<McpProtocolException>(() => GetAsync(client, "brief", ("topic", "x")).AsTask());
        var forbidden = await Assert.ThrowsAsync<McpProtocolException>(() => ReadAsync(client, "test://vault").AsTask());

        Assert.Equal(McpErrorCode.InvalidRequest, tooDear.ErrorCode);
        Assert.Equal("budget_exhausted", tooDear.Data["code"]);
        Assert.Equal("1", tooDear.Data["remainingCents"]!.ToString());
        Assert.Equal("insufficient_scope", forbidden.Data["code"]);
        Assert.Equal("admin.vault", forbidden.Data["requiredScope"]);
        Assert.Equal(0, server.Bodies);
        Assert.Empty(await server.Folder.LedgerAsync(key));
    }

    [Theory]
    [MemberData(nameof(Wire.All), MemberType = typeof(Wire))]
    public async Task The_lists_show_a_key_what_it_may_use(HttpServerSessionMode mode, string protocol)
    {
        var wire = new Wire(mode, protocol);
        await using var server = await HttpServer.StartAsync(mcp => mcp.WithAgentKeys().WithAgentTools(), wire);
        await using var client = await server.ConnectAsync(await server.Folder.MintAsync(300, "test.*"), wire);
        var token = TestContext.Current.CancellationToken;

        var prompts = await client.ListPromptsAsync(cancellationToken: token);
        var resources = await client.ListResourcesAsync(cancellationToken: token);
        var templates = await client.ListResourceTemplatesAsync(cancellationToken: token);

        Assert.Equal(["brief", "hello"], prompts.Select(prompt => prompt.Name).Order(StringComparer.Ordinal));
        Assert.Equal("""{"cents":2}""", prompts.Single(prompt => prompt.Name == "brief").ProtocolPrompt.Meta!["agentkey/price"]!.ToJsonString());
        Assert.Equal("""{"cents":3}""", Assert.Single(resources).ProtocolResource.Meta!["agentkey/price"]!.ToJsonString());
        Assert.Equal("page", Assert.Single(templates).Name);
    }

    [Fact]
    public async Task A_list_is_the_callers_own_and_no_shared_cache_may_keep_it_nor_what_was_paid_for()
    {
        await using var server = await HttpServer.StartAsync(mcp => mcp.WithAgentKeys().WithAgentTools());
        await using var client = await server.ConnectAsync(await server.Folder.MintAsync(300, "test.*"));
        var token = TestContext.Current.CancellationToken;

        Assert.Equal(CacheScope.Private, (await client.ListPromptsAsync(new ListPromptsRequestParams(), token)).CacheScope);
        Assert.Equal(CacheScope.Private, (await client.ListResourcesAsync(new ListResourcesRequestParams(), token)).CacheScope);
        Assert.Equal(CacheScope.Private, (await client.ListResourceTemplatesAsync(new ListResourceTemplatesRequestParams(), token)).CacheScope);
        Assert.Equal(CacheScope.Private, (await ReadAsync(client, "test://manual")).CacheScope);
    }

    [Fact]
    public async Task What_a_key_may_not_read_it_can_neither_follow_nor_complete()
    {
        await using var server = await HttpServer.StartAsync(
            mcp => mcp.WithAgentTools().WithCompleteHandler((_, _) => ValueTask.FromResult(new CompleteResult { Completion = new() { Values = ["7"] } })),
            new Wire(HttpServerSessionMode.Stateful, "2025-11-25"));
        await using var client = await server.ConnectAsync(
            await server.Folder.MintAsync(300, "test.*"), new Wire(HttpServerSessionMode.Stateful, "2025-11-25"));
        var token = TestContext.Current.CancellationToken;

        await client.SubscribeToResourceAsync("test://manual", cancellationToken: token);
        var completed = await client.CompleteAsync(new ResourceTemplateReference { Uri = "test://pages/{number}" }, "number", "", cancellationToken: token);
        var followed = await Assert.ThrowsAsync<McpProtocolException>(() => client.SubscribeToResourceAsync("test://vault", cancellationToken: token));
        var prompted = await Assert.ThrowsAsync<McpProtocolException>(
            () => client.CompleteAsync(new PromptReference { Name = "secret-brief" }, "topic", "", cancellationToken: token).AsTask());

        Assert.Equal(["7"], completed.Completion.Values);
        Assert.Equal("admin.vault", followed.Data["requiredScope"]);
        Assert.Equal("admin.brief", prompted.Data["requiredScope"]);
    }

    [Fact]
    public async Task In_the_newest_revision_what_a_key_may_not_read_is_left_out_of_what_it_follows()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(300, "test.*");
        await using var server = PipeServer.Start(folder, key.Secret.Reveal(), mcp =>
        {
            mcp.Services.Configure<McpServerOptions>(options => options.Capabilities = new() { Resources = new() { Subscribe = true } });
            mcp.WithAgentKeys().WithAgentTools();
        });
        await using var client = await server.ConnectAsync();

        await using var listening = await Listening.ToResourcesAsync(client, "test://vault", "test://manual", "test://pages/7");

        Assert.Equal("""["test://manual","test://pages/7"]""", listening.Granted["resourceSubscriptions"]!.ToJsonString());
    }

    [Fact]
    public async Task Without_a_guard_neither_runs()
    {
        await using var server = await HttpServer.StartAsync(mcp => mcp.WithAgentKeys().WithPrompts<CountedPrompts>().WithResources<CountedResources>());
        await using var client = await server.ConnectAsync(await server.Folder.MintAsync(300, "test.*"));

        var prompt = await Assert.ThrowsAsync<McpProtocolException>(() => GetAsync(client, "brief", ("topic", "x")).AsTask());
        var resource = await Assert.ThrowsAsync<McpProtocolException>(() => ReadAsync(client, "test://manual").AsTask());

        Assert.Equal("unguarded_tool", prompt.Data["code"]);
        Assert.Equal("unguarded_tool", resource.Data["code"]);
        Assert.Equal(0, server.Bodies);
    }

    [Fact]
    public async Task What_is_meant_to_be_free_needs_no_key()
    {
        await using var server = await HttpServer.StartAsync(mcp => mcp.WithAgentKeys().WithAgentTools().WithPrompts<CountedPrompts>(), requiresKey: false);
        await using var client = await server.ConnectAsync(key: null);

        var prompt = await GetAsync(client, "hello");
        var tool = await client.CallAsync("free");

        Assert.Single(prompt.Messages);
        Assert.Equal("free", Clients.TextOf(tool));
        Assert.Equal(2, server.Bodies);
    }

    private static ValueTask<GetPromptResult> GetAsync(McpClient client, string name, params (string Name, object? Value)[] arguments) =>
        client.GetPromptAsync(
            name,
            arguments.ToDictionary(argument => argument.Name, argument => argument.Value),
            cancellationToken: TestContext.Current.CancellationToken);

    private static ValueTask<ReadResourceResult> ReadAsync(McpClient client, string uri) =>
        client.ReadResourceAsync(uri, cancellationToken: TestContext.Current.CancellationToken);
}
