using System.IO.Pipelines;
using System.Text.Json;
using AgentKey.Agents.AI;
using AgentKey.Agents.SemanticKernel.Tests.Hosting;
using AgentKey.ModelServer;
using AgentKey.Money;
using AgentKey.Storage;
using Microsoft.Extensions.AI;
using Microsoft.SemanticKernel;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.Agents.SemanticKernel.Tests;

/// <summary>The tools of a real MCP server, as kernel functions that are priced here.</summary>
public sealed class RemoteToolTests : IAsyncDisposable
{
    private static readonly Dictionary<string, ToolPolicy> Prices = new()
    {
        ["add"] = new ToolPolicy("remote.add", "test.add", Cost.FromCents(15)),
        ["fail"] = new ToolPolicy("remote.fail", "test.fail", Cost.FromCents(15)),
    };

    private readonly Pipe _toServer = new();
    private readonly Pipe _toClient = new();
    private readonly McpServer _server;
    private int _unpricedRuns;

    public RemoteToolTests()
    {
        _server = McpServer.Create(
            new StreamServerTransport(_toServer.Reader.AsStream(), _toClient.Writer.AsStream()),
            new McpServerOptions
            {
                ToolCollection =
                [
                    McpServerTool.Create((int left, int right) => left + right, new() { Name = "add" }),
                    McpServerTool.Create(() => new CallToolResult { IsError = true }, new() { Name = "fail" }),
                    McpServerTool.Create(() => ++_unpricedRuns, new() { Name = "unpriced" }),
                ],
            });
        _ = _server.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_remote_tool_is_paid_for_and_refused_without_money()
    {
        await using var host = await StartAsync();
        await using var client = await ConnectAsync();
        var key = await host.MintAsync(15, "test.*");
        var kernel = await KernelAsync(host, key.Secret.Reveal(), client);
        var arguments = new KernelArguments { ["left"] = 1, ["right"] = 2 };

        var sum = await kernel.InvokeAsync("remote", "add", arguments, TestContext.Current.CancellationToken);
        var denied = await Assert.ThrowsAsync<ToolDeniedException>(() => kernel.InvokeAsync("remote", "add", arguments, TestContext.Current.CancellationToken));

        Assert.Contains("3", JsonSerializer.Serialize(sum.GetValue<object>(), AIJsonUtilities.DefaultOptions), StringComparison.Ordinal);
        Assert.Equal("budget_exhausted", denied.Denial.Code);
        Assert.Equal("remote.add", Assert.Single(await host.LedgerAsync(key)).Tool);
    }

    [Fact]
    public async Task A_remote_tool_that_says_it_failed_gives_the_money_back()
    {
        await using var host = await StartAsync();
        await using var client = await ConnectAsync();
        var key = await host.MintAsync(15, "test.*");
        var kernel = await KernelAsync(host, key.Secret.Reveal(), client);

        await kernel.InvokeAsync("remote", "fail", cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal([LedgerEntryKind.Charge, LedgerEntryKind.Void], (await host.LedgerAsync(key)).Select(entry => entry.Kind));
    }

    [Fact]
    public async Task A_remote_tool_without_a_price_is_refused_and_the_server_is_not_asked()
    {
        await using var host = await StartAsync();
        await using var client = await ConnectAsync();
        var key = await host.MintAsync(300, "test.*");
        var kernel = await KernelAsync(host, key.Secret.Reveal(), client);
        AIFunction function = kernel.Plugins["remote"]["unpriced"].WithKernel(kernel);

        var denied = await Assert.ThrowsAsync<ToolDeniedException>(() =>
            kernel.InvokeAsync("remote", "unpriced", cancellationToken: TestContext.Current.CancellationToken));
        var pastTheFilters = await function.InvokeAsync([], TestContext.Current.CancellationToken);

        Assert.Equal("unguarded_tool", denied.Denial.Code);
        Assert.Equal("unguarded_tool", Assert.IsType<JsonElement>(pastTheFilters).GetProperty("code").GetString());
        Assert.Equal(0, _unpricedRuns);
    }

    [Fact]
    public async Task A_remote_tool_that_was_guarded_as_an_ai_function_before_is_paid_once()
    {
        await using var host = await StartAsync();
        await using var client = await ConnectAsync();
        var key = await host.MintAsync(300, "test.*");
        var kernel = host.Root.WithAgentKey(key.Secret);
        var guarded = (await client.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken)).WithAgentKey(host.Guard, Prices);
        kernel.Plugins.AddAgentPlugin("remote", guarded, host.Guard, Prices);

        await kernel.InvokeAsync("remote", "add", new() { ["left"] = 1, ["right"] = 2 }, TestContext.Current.CancellationToken);

        Assert.Equal(Cost.FromCents(15), await host.SpentAsync(key));
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static Task<KernelHost> StartAsync() => KernelHost.StartAsync(Connector.ChatClient, _ => ModelReply.Say(""));

    private static async Task<Kernel> KernelAsync(KernelHost host, string secret, McpClient client)
    {
        var kernel = host.Root.WithAgentKey(secret);
        kernel.Plugins.AddAgentPlugin("remote", await client.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken), host.Guard, Prices);
        return kernel;
    }

    private Task<McpClient> ConnectAsync() => McpClient.CreateAsync(
        new StreamClientTransport(_toServer.Writer.AsStream(), _toClient.Reader.AsStream()),
        cancellationToken: TestContext.Current.CancellationToken);
}
