using AgentKey.Agents.Mcp.Tests.Hosting;
using AgentKey.Agents.Mcp.Tests.Tools;
using AgentKey.Money;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Client;

namespace AgentKey.Agents.Mcp.Tests;

public sealed class ApprovalTests
{
    [Theory]
    [MemberData(nameof(RoundsTests.Asking), MemberType = typeof(RoundsTests))]
    public async Task A_dear_call_runs_after_its_human_agreed_and_is_paid_once(HttpServerSessionMode mode, string protocol)
    {
        var wire = new Wire(mode, protocol);
        var human = new Answer("accept");
        await using var server = await StartAsync(wire);
        var key = await server.Folder.MintAsync(300, "test.*");
        await using var client = await server.ConnectAsync(key, wire, human);

        var result = await client.CallAsync("work");

        Assert.Equal("done", Clients.TextOf(result));
        Assert.Equal(["The tool work costs $0.15. Continue?"], human.Questions);
        Assert.Equal(Cost.FromCents(15), await server.Folder.SpentAsync(key));
    }

    [Theory]
    [MemberData(nameof(RoundsTests.Asking), MemberType = typeof(RoundsTests))]
    public async Task A_human_who_declines_costs_nothing_and_nothing_runs(HttpServerSessionMode mode, string protocol)
    {
        var wire = new Wire(mode, protocol);
        await using var server = await StartAsync(wire);
        var key = await server.Folder.MintAsync(300, "test.*");
        await using var client = await server.ConnectAsync(key, wire, new Answer("decline"));

        var result = await client.CallAsync("work");

        Assert.Equal("""{"code":"not_approved","costCents":15}""", result.StructuredContent!.Value.GetRawText());
        Assert.Equal(0, server.Bodies);
        Assert.Empty(await server.Folder.LedgerAsync(key));
    }

    [Fact]
    public async Task A_cheap_call_asks_nobody()
    {
        var human = new Answer("decline");
        await using var server = await StartAsync();
        await using var client = await server.ConnectAsync(await server.Folder.MintAsync(300, "test.*"), answer: human);

        Assert.Equal(300 - 1, (int)(await client.CallAsync("whoami")).Meta!["agentkey/remainingCents"]!);
        Assert.Empty(human.Questions);
    }

    [Fact]
    public async Task A_price_by_argument_is_asked_about_when_the_argument_makes_it_dear()
    {
        var human = new Answer("accept");
        await using var server = await StartAsync();
        await using var client = await server.ConnectAsync(await server.Folder.MintAsync(300, "test.*"), answer: human);

        await client.CallAsync("by-length", ("length", 10_000));
        await client.CallAsync("by-length", ("length", 10_001));

        Assert.Equal(["The tool by-length costs $0.10001. Continue?"], human.Questions);
    }

    [Theory]
    [MemberData(nameof(Dear))]
    public async Task A_dear_call_whose_price_cannot_be_read_off_the_message_is_asked_about_too(string name, object? length)
    {
        var human = new Answer("accept");
        await using var server = await StartAsync(outcome: UnaskedOutcome.Refuse);
        var key = await server.Folder.MintAsync(300, "test.*", "dear.*");
        await using var client = await server.ConnectAsync(key, answer: human);

        await SendAsync(client, name, length);

        Assert.EndsWith($" {name} costs $0.20. Continue?", Assert.Single(human.Questions), StringComparison.Ordinal);
        Assert.Equal(Cost.FromCents(20), await server.Folder.SpentAsync(key));
    }

    [Theory]
    [MemberData(nameof(Dear))]
    public async Task A_dear_call_whose_price_cannot_be_read_off_the_message_is_refused_when_nobody_agrees(string name, object? length)
    {
        await using var server = await StartAsync(outcome: UnaskedOutcome.Refuse);
        var key = await server.Folder.MintAsync(300, "test.*", "dear.*");
        await using var alone = await server.ConnectAsync(key);
        await using var declining = await server.ConnectAsync(key, answer: new Answer("decline"));

        foreach (var client in new[] { alone, declining })
        {
            Assert.Equal("not_approved", await SendAsync(client, name, length));
        }

        Assert.Equal(0, server.Bodies);
        Assert.Empty(await server.Folder.LedgerAsync(key));
    }

    [Theory]
    [MemberData(nameof(RoundsTests.Asking), MemberType = typeof(RoundsTests))]
    public async Task On_every_wire_a_price_in_a_text_is_asked_about(HttpServerSessionMode mode, string protocol)
    {
        var wire = new Wire(mode, protocol);
        var human = new Answer("accept");
        await using var server = await StartAsync(wire, UnaskedOutcome.Refuse);
        await using var client = await server.ConnectAsync(await server.Folder.MintAsync(300, "test.*", "dear.*"), wire, human);

        Assert.Null(await SendAsync(client, "by-length", "20000"));

        Assert.Equal(["The tool by-length costs $0.20. Continue?"], human.Questions);
    }

    [Fact]
    public async Task A_price_that_rose_after_it_was_agreed_to_is_asked_about_again()
    {
        var human = new Answer("accept") { Before = () => Task.FromResult(RisingPrice.Cents = 30) };
        RisingPrice.Cents = 20;
        await using var server = await StartAsync(outcome: UnaskedOutcome.Refuse);
        await using var client = await server.ConnectAsync(await server.Folder.MintAsync(300, "test.*", "dear.*"), answer: human);

        await client.CallAsync("by-rising-rule");

        Assert.Equal(["The tool by-rising-rule costs $0.20. Continue?", "The tool by-rising-rule costs $0.30. Continue?"], human.Questions);
    }

    [Fact]
    public async Task A_tool_that_asks_for_itself_too_is_paid_once()
    {
        var human = new Answer("accept", "Ann");
        await using var server = await StartAsync();
        var key = await server.Folder.MintAsync(300, "test.*");
        await using var client = await server.ConnectAsync(key, answer: human);

        var result = await client.CallAsync("ask");

        Assert.Equal("Ann of you", Clients.TextOf(result));
        Assert.Equal(["The tool ask costs $0.15. Continue?", "Who?"], human.Questions);
        Assert.Equal(Cost.FromCents(15), await server.Folder.SpentAsync(key));
    }

    [Fact]
    public async Task One_approval_buys_one_call()
    {
        await using var server = await StartAsync();
        var key = await server.Folder.MintAsync(300, "test.*");
        using var raw = new RawHttp(server.Endpoint, key);
        var state = (string)(await raw.CallAsync("work"))["result"]!["requestState"]!;
        var approved = new System.Text.Json.Nodes.JsonObject { ["agentkey.approval"] = new System.Text.Json.Nodes.JsonObject { ["action"] = "accept" } };

        var first = await raw.CallAsync("work", state: state, answers: approved.DeepClone().AsObject());
        var second = await raw.CallAsync("work", state: state, answers: approved.DeepClone().AsObject());
        var renamed = await raw.CallAsync("work", state: state, answers: approved.DeepClone().AsObject(), idempotencyKey: "another");
        var unanswered = await raw.CallAsync("work", state: state);

        Assert.Equal("done", (string?)first["result"]!["content"]![0]!["text"]);
        Assert.Equal("duplicate_call", (string?)second["result"]!["structuredContent"]!["code"]);
        Assert.Equal("duplicate_call", (string?)renamed["result"]!["structuredContent"]!["code"]);
        Assert.Equal("not_approved", (string?)unanswered["result"]!["structuredContent"]!["code"]);
        Assert.Equal(Cost.FromCents(15), await server.Folder.SpentAsync(key));
    }

    [Theory]
    [InlineData(UnaskedOutcome.Run, null)]
    [InlineData(UnaskedOutcome.Refuse, "not_approved")]
    public async Task A_client_that_cannot_ask_gets_what_the_host_decided(UnaskedOutcome outcome, string? code)
    {
        await using var server = await StartAsync(outcome: outcome);
        await using var client = await server.ConnectAsync(await server.Folder.MintAsync(300, "test.*"));

        Assert.Equal(code, Clients.CodeOf(await client.CallAsync("work")));
    }

    public static TheoryData<string, object?> Dear => new()
    {
        { "by-length", "20000" },
        { "by-own-length", null },
        { "by-rule", 20_000 },
        { "long-brief", "20000" },
    };

    /// <summary>Calls a tool, or asks for a prompt.</summary>
    /// <returns>The code of a refusal.</returns>
    private static async Task<string?> SendAsync(McpClient client, string name, object? length)
    {
        var arguments = length is null ? [] : new Dictionary<string, object?> { [nameof(length)] = length };
        if (!name.EndsWith("-brief", StringComparison.Ordinal))
        {
            return Clients.CodeOf(await client.CallToolAsync(name, arguments, cancellationToken: TestContext.Current.CancellationToken));
        }

        try
        {
            await client.GetPromptAsync(name, arguments, cancellationToken: TestContext.Current.CancellationToken);
            return null;
        }
        catch (McpProtocolException refusal)
        {
            return refusal.Message.Split(' ').FirstOrDefault(word => word.EndsWith(':') && word.Contains('_', StringComparison.Ordinal))?.TrimEnd(':');
        }
    }

    private static Task<HttpServer> StartAsync(Wire? wire = null, UnaskedOutcome outcome = UnaskedOutcome.Run) => HttpServer.StartAsync(
        mcp => mcp.WithAgentKeys(options =>
        {
            options.AskAbove = Cost.FromCents(10);
            options.WhenNobodyCanBeAsked = outcome;
        }).WithAgentTools(),
        wire);
}
