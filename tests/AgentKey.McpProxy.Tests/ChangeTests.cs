using System.Text.Json.Nodes;
using AgentKey.Agents.Mcp.Tests.Hosting;
using AgentKey.McpProxy.Tests.Hosting;
using AgentKey.TestSupport;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace AgentKey.McpProxy.Tests;

/// <summary>A server that has other tools, prompts and resources than it had.</summary>
public sealed class ChangeTests
{
    private const string Earlier = "2025-11-25";

    [Theory]
    [InlineData(false, null)]
    [InlineData(true, null)]
    [InlineData(false, "2025-11-25")]
    [InlineData(true, "2025-11-25")]
    public async Task A_server_that_was_started_again_is_served_as_it_is_now(bool isHttp, string? protocol)
    {
        var folder = Directory.CreateTempSubdirectory("agentkey-tools-");
        var extra = Path.Combine(folder.FullName, "extra");
        await File.WriteAllLinesAsync(extra, ["old"], TestContext.Current.CancellationToken);
        await using var line = await Line.StartAsync(isHttp, protocol: protocol, behind: ["--extra", extra]);
        var before = await NamesAsync(line.Client);

        await File.WriteAllLinesAsync(extra, ["new", "weed"], TestContext.Current.CancellationToken);
        await line.Client.CallAsync("die");
        await line.Client.CallAsync("process");
        var after = await NamesAsync(line.Client);

        Assert.Contains("old", before);
        Assert.Equal([.. before.Except(["old"]).Append("new").Order(StringComparer.Ordinal)], after);
        Assert.Equal("new", Clients.TextOf(await line.Client.CallAsync("new")));
        await Assert.ThrowsAsync<McpProtocolException>(async () => await line.Client.CallAsync("weed"));
        if (isHttp)
        {
            Assert.Contains("tools without a price, and so closed: add, ask-forever, form, weed", await line.Proxy.StopAsync(), StringComparison.Ordinal);
        }

        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("tool", false, false, null, null)]
    [InlineData("tool", false, false, Earlier, null)]
    [InlineData("tool", true, false, Earlier, null)]
    [InlineData("tool", false, false, null, Earlier)]
    [InlineData("tool", true, false, Earlier, Earlier)]
    [InlineData("tool", true, false, null, null)]
    [InlineData("tool", true, true, null, null)]
    [InlineData("tool", true, true, null, Earlier)]
    [InlineData("tool", true, true, Earlier, null)]
    [InlineData("tool", false, true, Earlier, Earlier)]
    [InlineData("prompt", false, true, null, null)]
    [InlineData("prompt", true, false, Earlier, Earlier)]
    [InlineData("prompt", true, true, null, Earlier)]
    [InlineData("resource", false, false, Earlier, null)]
    [InlineData("resource", true, true, null, null)]
    [InlineData("resource", false, true, null, Earlier)]
    public async Task What_appears_is_told_of_and_served_when_it_has_a_price(string kind, bool isHttp, bool isHttpBehind, string? protocol, string? protocolBehind)
    {
        await using var line = await Line.StartAsync(isHttp, isHttpBehind, protocol: protocol, behind: protocolBehind is null ? [] : ["--protocol", protocolBehind]);
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        line.Client.RegisterNotificationHandler($"notifications/{kind}s/list_changed", (_, _) =>
        {
            told.TrySetResult();
            return ValueTask.CompletedTask;
        });
        await line.Client.CallAsync("process");
        await using var listening = protocol is null ? await Listening.BeginAsync(line.Client, new JsonObject { [$"{kind}sListChanged"] = true }) : null;

        await line.Client.CallAsync("grow", ("name", "new"), ("kind", kind));
        await line.Client.CallAsync("grow", ("name", "weed"), ("kind", kind));
        await told.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        await Eventually.IsTrueAsync(async () => (await NamesAsync(line.Client, kind)).Contains("new"));

        Assert.DoesNotContain("weed", await NamesAsync(line.Client, kind));
        Assert.Equal("new", await UseAsync(line.Client, kind));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(null, Earlier)]
    [InlineData(Earlier, Earlier)]
    public async Task A_server_over_http_that_was_started_again_is_served_as_it_is_now(string? protocol, string? protocolBehind)
    {
        var address = $"http://127.0.0.1:{Ports.FindFree()}";
        string[] behind = ["--urls", address, .. protocolBehind is null ? [] : new[] { "--protocol", protocolBehind }];
        await using var folder = await KeyFolder.CreateAsync();
        await using var proxy = new Proxy(folder, Policies.Plain);
        await using var before = await PlainServer.StartHttpAsync(behind);
        await proxy.StartHttpAsync("--url", before.Endpoint.ToString());
        await using var client = await proxy.ConnectHttpAsync(await folder.MintAsync(300, "plain.*"), protocol);
        await client.CallAsync("process");
        Assert.DoesNotContain("new", await NamesAsync(client));

        await before.StopAsync();
        var extra = Path.Combine(proxy.Folder, "extra");
        await File.WriteAllLinesAsync(extra, ["new"], TestContext.Current.CancellationToken);
        await using var after = await PlainServer.StartHttpAsync([.. behind, "--extra", extra]);

        // In the newest revision the proxy asks again by itself; before, the next call finds out that the session is over.
        await Eventually.IsTrueAsync(async () =>
        {
            var isUp = protocolBehind is null || (await client.CallAsync("process")).IsError is not true;
            return isUp && (await NamesAsync(client)).Contains("new");
        });
        Assert.Equal("new", Clients.TextOf(await client.CallAsync("new")));
    }

    [Fact]
    public async Task Who_wants_to_hear_of_one_list_does_not_hear_of_another()
    {
        var heard = new Earwitness();
        await using var line = await Line.StartAsync(isHttp: true, witness: heard);
        await using var listening = await Listening.BeginAsync(line.Client, new JsonObject { ["promptsListChanged"] = true });

        await line.Client.CallAsync("grow", ("name", "new"));
        await Eventually.IsTrueAsync(async () => (await NamesAsync(line.Client)).Contains("new"));
        await line.Client.CallAsync("grow", ("name", "new"), ("kind", "prompt"));
        await Eventually.IsTrueAsync(() => Task.FromResult(heard.Of(NotificationMethods.PromptListChangedNotification).Any()));

        Assert.Equal("""{"promptsListChanged":true}""", listening.Granted.ToJsonString());
        Assert.Empty(heard.Of(NotificationMethods.ToolListChangedNotification));
    }

    private static async Task<string[]> NamesAsync(McpClient client, string kind = "tool")
    {
        var token = TestContext.Current.CancellationToken;
        var names = kind switch
        {
            "prompt" => (await client.ListPromptsAsync(cancellationToken: token)).Select(prompt => prompt.Name),
            "resource" => (await client.ListResourcesAsync(cancellationToken: token)).Select(resource => resource.Name),
            _ => (await client.ListToolsAsync(cancellationToken: token)).Select(tool => tool.Name),
        };
        return [.. names.Order(StringComparer.Ordinal)];
    }

    private static async Task<string> UseAsync(McpClient client, string kind)
    {
        var token = TestContext.Current.CancellationToken;
        return kind switch
        {
            "prompt" => Assert.IsType<TextContentBlock>((await client.GetPromptAsync("new", cancellationToken: token)).Messages.Single().Content).Text,
            "resource" => Assert.IsType<TextResourceContents>((await client.ReadResourceAsync("plain://new", cancellationToken: token)).Contents.Single()).Text,
            _ => Clients.TextOf(await client.CallAsync("new")),
        };
    }
}
