using System.Text.Json.Nodes;
using AgentKey.Agents.Mcp.Tests.Hosting;
using AgentKey.Money;
using AgentKey.Storage;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.AspNetCore;

namespace AgentKey.Agents.Mcp.Tests;

/// <summary>A call that needs answers on its way: several requests, one payment.</summary>
public sealed class RoundsTests
{
    private static JsonObject Ann => new() { ["name"] = new JsonObject { ["action"] = "accept", ["content"] = new JsonObject { ["name"] = "Ann" } } };

    /// <summary>The old revision asks in the middle of a request, the new one in between two; the SDK hides the difference.</summary>
    public static TheoryData<HttpServerSessionMode, string> Asking => new()
    {
        { HttpServerSessionMode.Stateless, "2026-07-28" },
        { HttpServerSessionMode.Stateful, "2025-11-25" },
        { HttpServerSessionMode.StatefulForInitializeClients, "2026-07-28" },
        { HttpServerSessionMode.StatefulForInitializeClients, "2025-11-25" },
    };

    /// <summary>Both ways to fail, under each policy, in each way of asking.</summary>
    public static TheoryData<HttpServerSessionMode, string, string, bool, int> Failing
    {
        get
        {
            (string Tool, int Spent)[] policies = [("ask-fail", 0), ("ask-fail-kept", 15), ("ask-fail-held", 0), ("ask-fail-held-kept", 7)];
            var all = new TheoryData<HttpServerSessionMode, string, string, bool, int>();
            foreach (var row in Asking)
            {
                foreach (var (tool, spent) in policies)
                {
                    all.Add(row.Data.Item1, row.Data.Item2, tool, false, spent);
                    all.Add(row.Data.Item1, row.Data.Item2, tool, true, spent);
                }
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Asking))]
    public async Task A_call_of_two_rounds_is_one_charge(HttpServerSessionMode mode, string protocol)
    {
        var wire = new Wire(mode, protocol);
        await using var server = await HttpServer.StartAsync(mcp => mcp.WithAgentKeys().WithAgentTools(), wire);
        var key = await server.Folder.MintAsync(300, "test.*");
        await using var client = await server.ConnectAsync(key, wire, new Answer("accept", "Ann"));

        var result = await client.CallAsync("ask", ("subject", "me"));

        Assert.Equal("Ann of me", Clients.TextOf(result));
        Assert.Equal("285", result.Meta!["agentkey/remainingCents"]!.ToJsonString());
        Assert.Equal(Cost.FromCents(15), await server.Folder.SpentAsync(key));
        Assert.Single(await PaidAsync(server.Folder, key));
    }

    [Theory]
    [MemberData(nameof(Asking))]
    public async Task A_call_of_three_rounds_is_one_charge_and_keeps_the_tools_own_state(HttpServerSessionMode mode, string protocol)
    {
        var wire = new Wire(mode, protocol);
        await using var server = await HttpServer.StartAsync(mcp => mcp.WithAgentKeys().WithAgentTools(), wire);
        var key = await server.Folder.MintAsync(300, "test.*");
        await using var client = await server.ConnectAsync(key, wire, new Answer("accept", "Ann"));

        var result = await client.CallAsync("ask-twice");

        Assert.Equal("second: Ann", Clients.TextOf(result));
        Assert.Equal(Cost.FromCents(15), await server.Folder.SpentAsync(key));
    }

    [Theory]
    [MemberData(nameof(Asking))]
    public async Task Held_money_is_held_once_and_settled_at_the_end(HttpServerSessionMode mode, string protocol)
    {
        var wire = new Wire(mode, protocol);
        await using var server = await HttpServer.StartAsync(mcp => mcp.WithAgentKeys().WithAgentTools(), wire);
        var key = await server.Folder.MintAsync(300, "test.*");
        await using var client = await server.ConnectAsync(key, wire, new Answer("accept", "Ann"));

        var result = await client.CallAsync("ask-held");

        Assert.Equal("Ann of you", Clients.TextOf(result));
        Assert.Equal(Cost.FromCents(7), await server.Folder.SpentAsync(key));
        Assert.Equal(Cost.Zero, (await server.Folder.Keys.FindAsync(key.Key.Id, TestContext.Current.CancellationToken))!.Held);
    }

    [Theory]
    [MemberData(nameof(Failing))]
    public async Task A_call_that_fails_after_its_answer_gives_back_or_keeps_what_its_first_round_paid(
        HttpServerSessionMode mode, string protocol, string tool, bool throws, int spent)
    {
        var wire = new Wire(mode, protocol);
        await using var server = await HttpServer.StartAsync(mcp => mcp.WithAgentKeys().WithAgentTools(), wire);
        var key = await server.Folder.MintAsync(300, "test.*");
        await using var client = await server.ConnectAsync(key, wire, new Answer("accept", "Ann"));

        var result = await client.CallAsync(tool, ("throws", throws));

        Assert.True(result.IsError);
        Assert.EndsWith("Ann of nobody", Clients.TextOf(result), StringComparison.Ordinal);
        Assert.Equal(1, server.Bodies);
        Assert.Equal(Cost.FromCents(spent), await server.Folder.SpentAsync(key));
        Assert.Equal(Cost.Zero, (await server.Folder.Keys.FindAsync(key.Key.Id, TestContext.Current.CancellationToken))!.Held);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("2025-11-25")]
    public async Task On_stdio_too(string? protocol)
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(300, "test.*");
        await using var server = PipeServer.Start(folder, key.Secret.Reveal());
        await using var client = await server.ConnectAsync(protocol, new Answer("accept", "Ann"));

        var result = await client.CallAsync("ask");

        Assert.Equal("Ann of you", Clients.TextOf(result));
        Assert.Equal(Cost.FromCents(15), await folder.SpentAsync(key));
    }

    [Fact]
    public async Task While_the_answer_is_open_the_money_is_taken()
    {
        await using var asked = await AskedServer.StartAsync();

        Assert.Equal(Cost.FromCents(15), await asked.SpentAsync());
        Assert.Equal(0, asked.Server.Bodies);
    }

    [Fact]
    public async Task The_honest_second_round_runs()
    {
        await using var asked = await AskedServer.StartAsync();

        var answer = await asked.Raw.CallAsync("ask", state: asked.State, answers: Ann);

        Assert.Equal("Ann of you", (string?)answer["result"]!["content"]![0]!["text"]);
        Assert.Equal(Cost.FromCents(15), await asked.SpentAsync());
    }

    [Fact]
    public async Task A_replayed_state_does_not_run_again_for_the_same_money()
    {
        await using var asked = await AskedServer.StartAsync();

        await asked.Raw.CallAsync("ask", state: asked.State, answers: Ann);
        var replay = await asked.Raw.CallAsync("ask", state: asked.State, answers: Ann);

        Assert.Equal("duplicate_call", (string?)replay["result"]!["structuredContent"]!["code"]);
        Assert.Equal(1, asked.Server.Bodies);
        Assert.Equal(Cost.FromCents(15), await asked.SpentAsync());
    }

    [Fact]
    public async Task Of_32_replays_at_once_one_runs()
    {
        await using var asked = await AskedServer.StartAsync();

        await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => asked.Raw.CallAsync("ask", state: asked.State, answers: Ann)));

        Assert.Equal(1, asked.Server.Bodies);
        Assert.Equal(Cost.FromCents(15), await asked.SpentAsync());
    }

    [Theory]
    [InlineData("forged")]
    [InlineData("")]
    [InlineData("e30.AAAA")]
    public async Task A_forged_state_is_refused(string state)
    {
        await using var asked = await AskedServer.StartAsync();

        var answer = await asked.Raw.CallAsync("ask", state: state, answers: Ann);

        AssertRefused(answer, asked);
    }

    [Fact]
    public async Task A_state_with_one_character_changed_anywhere_is_refused()
    {
        await using var asked = await AskedServer.StartAsync();

        for (var i = 0; i < asked.State.Length; i += 7)
        {
            var changed = asked.State[..i] + (asked.State[i] == 'A' ? 'B' : 'A') + asked.State[(i + 1)..];
            AssertRefused(await asked.Raw.CallAsync("ask", state: changed, answers: Ann), asked);
        }
    }

    [Fact]
    public async Task A_state_is_good_only_for_its_arguments()
    {
        await using var asked = await AskedServer.StartAsync();

        var answer = await asked.Raw.CallAsync("ask", new JsonObject { ["subject"] = "somebody else" }, asked.State, Ann);

        AssertRefused(answer, asked);
    }

    [Fact]
    public async Task A_state_is_good_only_for_its_tool()
    {
        await using var asked = await AskedServer.StartAsync();

        var answer = await asked.Raw.CallAsync("ask-held", state: asked.State, answers: Ann);

        AssertRefused(answer, asked);
    }

    [Fact]
    public async Task A_state_is_good_only_for_its_key()
    {
        await using var asked = await AskedServer.StartAsync();
        using var other = new RawHttp(asked.Server.Endpoint, await asked.Server.Folder.MintAsync(300, "test.*"));

        var answer = await other.CallAsync("ask", state: asked.State, answers: Ann);

        AssertRefused(answer, asked);
    }

    [Theory]
    [InlineData("2026-07-28", false)]
    [InlineData("2025-11-25", true)]
    public async Task A_client_that_can_be_asked_no_longer_does_not_go_on_and_gets_nothing_back(string protocol, bool canAsk)
    {
        await using var asked = await AskedServer.StartAsync();
        using var deaf = new RawHttp(asked.Server.Endpoint, asked.Key, canAsk) { Protocol = protocol };
        var first = await asked.Raw.CallAsync("ask-twice");

        var answer = await deaf.CallAsync("ask-twice", state: (string)first["result"]!["requestState"]!, answers: Ann);

        AssertRefused(answer, asked);
        Assert.Equal(Cost.FromCents(30), await asked.SpentAsync());
    }

    [Fact]
    public async Task A_state_is_good_only_for_a_while()
    {
        await using var asked = await AskedServer.StartAsync(options => options.StateLifetime = TimeSpan.FromMilliseconds(1));
        await Task.Delay(TimeSpan.FromSeconds(1.1), TestContext.Current.CancellationToken);

        AssertRefused(await asked.Raw.CallAsync("ask", state: asked.State, answers: Ann), asked);
    }

    [Fact]
    public async Task A_state_of_another_server_is_refused_unless_they_share_a_key()
    {
        var shared = new byte[AgentKeysMcpOptions.ShortestStateKey];
        await using var asked = await AskedServer.StartAsync(options => options.StateKey = shared);
        await using var stranger = await HttpServer.StartAsync(mcp => mcp.WithAgentKeys().WithAgentTools(), folder: asked.Server.Folder);
        await using var twin = await HttpServer.StartAsync(
            mcp => mcp.WithAgentKeys(options => options.StateKey = shared).WithAgentTools(), folder: asked.Server.Folder);
        using var toStranger = new RawHttp(stranger.Endpoint, asked.Key);
        using var toTwin = new RawHttp(twin.Endpoint, asked.Key);

        var refused = await toStranger.CallAsync("ask", state: asked.State, answers: Ann);
        var accepted = await toTwin.CallAsync("ask", state: asked.State, answers: Ann);

        AssertRefused(refused, asked);
        Assert.Equal("Ann of you", (string?)accepted["result"]!["content"]![0]!["text"]);
        Assert.Equal(Cost.FromCents(15), await asked.SpentAsync());
    }

    [Fact]
    public async Task A_key_that_is_revoked_between_the_rounds_does_not_go_on()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(300, "test.*");
        await using var server = PipeServer.Start(folder, key.Secret.Reveal());
        var answer = new Answer("accept", "Ann") { Before = () => folder.Keys.RevokeAsync(key.Key.Id) };
        await using var client = await server.ConnectAsync(protocol: null, answer);

        var result = await client.CallAsync("ask");

        Assert.Equal("invalid_key", Clients.CodeOf(result));
        Assert.Equal(0, server.Bodies);
    }

    [Theory]
    [InlineData(HttpServerSessionMode.Stateless, "2026-07-28")]
    [InlineData(HttpServerSessionMode.Stateless, "2025-11-25")]
    [InlineData(HttpServerSessionMode.Stateful, "2025-11-25")]
    public async Task A_question_that_the_client_cannot_answer_costs_nothing(HttpServerSessionMode mode, string protocol)
    {
        var wire = new Wire(mode, protocol);
        await using var server = await HttpServer.StartAsync(mcp => mcp.WithAgentKeys().WithAgentTools(), wire);
        var key = await server.Folder.MintAsync(300, "test.*");
        await using var client = await server.ConnectAsync(key, wire);

        await Assert.ThrowsAnyAsync<Exception>(async () => await client.CallAsync("ask"));

        Assert.Equal(Cost.Zero, await server.Folder.SpentAsync(key));
        Assert.Equal(0, server.Bodies);
    }

    [Fact]
    public void A_short_state_key_is_refused_by_name()
    {
        var error = Assert.Throws<InvalidFieldException>(() => new AgentKeysMcpOptions { StateKey = new byte[31] });

        Assert.Equal("stateKey", error.Field);
    }

    private static void AssertRefused(JsonNode answer, AskedServer asked)
    {
        Assert.Equal(-32602, (int)answer["error"]!["code"]!);
        Assert.Equal(0, asked.Server.Bodies);
    }

    private static async Task<IEnumerable<LedgerEntry>> PaidAsync(KeyFolder folder, Keys.CreatedKey key) =>
        (await folder.LedgerAsync(key)).Where(entry => entry.Amount > Cost.Zero);
}
