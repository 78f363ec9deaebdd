using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using AgentKey.Agents;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;

namespace AgentKey.AspNetCore.Tests.Endpoints;

/// <summary>One connection to a hub is several requests, and the calls on it are none.</summary>
public sealed class HubTests
{
    private const char Separator = '\u001e';
    private const int Completion = 3;

    [Theory]
    [InlineData("a fixed price")]
    [InlineData("a price by request")]
    [InlineData("a hold")]
    [InlineData("no hub, but its connections")]
    public async Task A_price_stops_the_start(string price)
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(endpoints => Price(endpoints, price)));

        Assert.Contains("/hub", error.Message, StringComparison.Ordinal);
        Assert.Contains("the calls on it are none", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_scope_alone_decides_who_connects()
    {
        await using var application = await StartAsync(endpoints => endpoints.MapHub<PlainHub>("/hub").RequireAgentScope("docs.read"));
        var key = await KeyFolder.MintAsync(application.Keys);
        var stranger = await KeyFolder.MintAsync(application.Keys, 20, "proxy.chat");

        using var connected = await application.SendAsync(HttpMethod.Post, "/hub/negotiate?negotiateVersion=1", key);
        using var forbidden = await application.SendAsync(HttpMethod.Post, "/hub/negotiate?negotiateVersion=1", stranger);

        Assert.Equal(HttpStatusCode.OK, connected.StatusCode);
        await forbidden.IsProblemAsync(HttpStatusCode.Forbidden, "insufficient_scope");
    }

    [Fact]
    public async Task A_call_is_charged_by_the_tool_that_the_hub_calls_for_it()
    {
        await using var application = await StartAsync(endpoints => endpoints.MapHub<PlainHub>("/hub").RequireAgentScope("docs.read"));
        var key = await KeyFolder.MintAsync(application.Keys, 20, "docs.read");
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", "Bearer " + key.Secret.Reveal());
        await socket.ConnectAsync(new UriBuilder(application.Client.BaseAddress!) { Scheme = "ws", Path = "/hub" }.Uri, TestContext.Current.CancellationToken);

        await AskAsync(socket, """{"protocol":"json","version":1}""");
        var first = await AskAsync(socket, """{"type":1,"invocationId":"1","target":"WorkAsync","arguments":[]}""");
        var second = await AskAsync(socket, """{"type":1,"invocationId":"2","target":"WorkAsync","arguments":[]}""");

        Assert.Equal("worked", first.GetProperty("result").GetString());
        Assert.True(second.TryGetProperty("error", out _));
        Assert.Equal(Money.Cost.FromCents(15), (await application.Keys.FindAsync(key.Key.Id, TestContext.Current.CancellationToken))!.Spent);
    }

    /// <summary>Sends a record of the hub protocol, and reads the next that is no ping.</summary>
    private static async Task<JsonElement> AskAsync(ClientWebSocket socket, string record)
    {
        await socket.SendAsync(Encoding.UTF8.GetBytes(record + Separator), WebSocketMessageType.Text, endOfMessage: true, TestContext.Current.CancellationToken);
        while (true)
        {
            var buffer = new byte[4096];
            var received = await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
            var answer = JsonElement.Parse(Encoding.UTF8.GetString(buffer, 0, received.Count).TrimEnd(Separator));
            if (!answer.TryGetProperty("type", out var type) || type.GetInt32() == Completion)
            {
                return answer;
            }
        }
    }

    private static Task<KeyedApplication> StartAsync(Action<IEndpointRouteBuilder> map) =>
        KeyedApplication.StartAsync(map, services: services => services.AddScoped<HubWork>().AddScoped<GuardedHubWork>().AddSignalR());

    private static void Price(IEndpointRouteBuilder endpoints, string price)
    {
        switch (price)
        {
            case "a fixed price":
                endpoints.MapHub<PlainHub>("/hub").RequireAgentScope("docs.read").WithCost(3);
                break;
            case "a price by request":
                endpoints.MapHub<PlainHub>("/hub").RequireAgentScope("docs.read").WithCost(_ => Money.Cost.FromCents(3));
                break;
            case "a hold":
                endpoints.MapHub<PlainHub>("/hub").RequireAgentScope("docs.read").WithCostUpTo(3);
                break;
            default:
                endpoints.MapConnectionHandler<PlainConnection>("/hub").RequireAgentScope("docs.read").WithCost(3);
                break;
        }
    }

    private sealed class PlainHub(GuardedHubWork work) : Hub
    {
        public async Task<string> WorkAsync()
        {
            using var binding = CallerScope.Bind(CallerIdentity.FindCaller(Context.User));
            return await work.WorkAsync();
        }
    }

    private sealed class PlainConnection : ConnectionHandler
    {
        public override Task OnConnectedAsync(ConnectionContext connection) => Task.CompletedTask;
    }
}
