using AgentKey.Agents.AI.Tests.Hosting;
using AgentKey.Money;
using AgentKey.Storage;
using Microsoft.Extensions.AI;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.Agents.AI.Tests.Tools;

/// <summary>The tools of a remote MCP server, which exist here only as objects, and guarded objects that an MCP server offers.</summary>
public sealed class RemoteToolTests
{
    private readonly CallCount _runs = new();

    private Dictionary<string, ToolPolicy> Prices { get; } = new()
    {
        ["works"] = new ToolPolicy("remote.works", "tools.remote", Cost.FromCents(15)),
        ["fails"] = new ToolPolicy("remote.fails", "tools.remote", Cost.FromCents(15)),
        ["kept"] = new ToolPolicy("remote.kept", "tools.remote", Cost.FromCents(15)) { OnFailure = FailureOutcome.Keep },
    };

    [Fact]
    public async Task A_local_map_prices_remote_tools_and_a_failed_result_follows_the_policy()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(100);
        await using var pair = await McpPair.StartAsync(Tool("works", fails: false), Tool("fails", fails: true), Tool("kept", fails: true));
        var tools = (await pair.Client.ListToolsAsync()).WithAgentKey(folder.Guard, Prices).ToDictionary(tool => tool.Name);
        using var binding = CallerScope.Bind(folder.CallerOf(key));

        Assert.Contains("worked", $"{await tools["works"].InvokeAsync()}", StringComparison.Ordinal);
        Assert.Equal(15, await folder.SpentCentsAsync(key));

        await tools["fails"].InvokeAsync();
        Assert.Equal(15, await folder.SpentCentsAsync(key));

        await tools["kept"].InvokeAsync();
        Assert.Equal(30, await folder.SpentCentsAsync(key));
        Assert.Equal(3, _runs.Value);
        Assert.Equal(
            [LedgerEntryKind.Charge, LedgerEntryKind.Charge, LedgerEntryKind.Void, LedgerEntryKind.Charge],
            (await folder.LedgerAsync(key)).Select(entry => entry.Kind));
    }

    [Fact]
    public async Task A_tool_that_the_map_does_not_know_is_refused_and_the_server_is_not_asked()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(100);
        await using var pair = await McpPair.StartAsync(Tool("works", fails: false), Tool("new_tool", fails: false));
        var tools = (await pair.Client.ListToolsAsync()).WithAgentKey(folder.Guard, Prices);
        using var binding = CallerScope.Bind(folder.CallerOf(key));

        var answer = await tools.Single(tool => tool.Name == "new_tool").InvokeAsync();

        Assert.Contains("unguarded_tool", $"{answer}", StringComparison.Ordinal);
        Assert.Equal((0, 0), (_runs.Value, await folder.SpentCentsAsync(key)));
    }

    [Fact]
    public async Task A_guarded_function_charges_when_an_MCP_server_offers_it()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(20);
        var function = AIFunctionFactory.Create(_runs.Add, "add").WithAgentKey(folder.Guard, Prices["works"], folder.CallerOf(key));
        await using var pair = await McpPair.StartAsync(McpServerTool.Create(function));

        await pair.Client.CallToolAsync("add");
        var refused = await pair.Client.CallToolAsync("add");

        Assert.Contains("budget_exhausted", string.Concat(refused.Content.OfType<TextContentBlock>().Select(block => block.Text)), StringComparison.Ordinal);
        Assert.Equal((1, 15), (_runs.Value, await folder.SpentCentsAsync(key)));
    }

    private McpServerTool Tool(string name, bool fails) => McpServerTool.Create(
        () =>
        {
            _runs.Add();
            return fails ? throw new McpException("it failed") : "worked";
        },
        new McpServerToolCreateOptions { Name = name });
}
