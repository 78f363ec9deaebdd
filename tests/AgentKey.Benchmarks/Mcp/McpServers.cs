using AgentKey.Agents;
using AgentKey.Agents.Mcp;
using AgentKey.AspNetCore;
using AgentKey.Budgets;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Scopes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Server;

namespace AgentKey.Benchmarks.Mcp;

/// <summary>The same tool on a server of the plain SDK, on a guarded one, and on the plain one behind <c>agentkey mcp-proxy</c>.</summary>
internal sealed class McpServers : IAsyncDisposable
{
    public const string Tool = "echo";

    private readonly WebApplication _plain;
    private readonly WebApplication _guarded;
    private readonly ProxyProcess _proxy;
    private readonly CreatedKey _key;

    private McpServers(WebApplication plain, WebApplication guarded, ProxyProcess proxy, CreatedKey key)
    {
        _plain = plain;
        _guarded = guarded;
        _proxy = proxy;
        _key = key;
    }

    public static async Task<McpServers> StartAsync(FreshStore store)
    {
        var plain = await StartPlainAsync();
        var guarded = await StartGuardedAsync(store);
        var key = await guarded.Services.GetRequiredService<AgentKeys>().CreateAsync(new NewKey
        {
            AccountId = "bench",
            Scopes = ScopeSet.Of("bench.*"),
            Budget = new Budget(Cost.FromDollars(10_000_000), BudgetPeriod.Month),
        });
        return new McpServers(plain, guarded, await ProxyProcess.StartAsync(store, EndpointOf(plain)), key);
    }

    /// <summary>What is compared, the plain server first. Each has so many clients with a connection of their own, all with one key.</summary>
    public IEnumerable<Func<int, Task<McpTarget>>> Targets()
    {
        yield return clients => McpTarget.ConnectAsync("plain SDK server", EndpointOf(_plain), clients, null, null);
        yield return clients => McpTarget.ConnectAsync("guarded server", EndpointOf(_guarded), clients, _key, ReadSpentCentsAsync);
        yield return clients => McpTarget.ConnectAsync("plain, behind mcp-proxy", _proxy.Endpoint, clients, _key, ReadSpentCentsAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _guarded.DisposeAsync();
        await _plain.DisposeAsync();
    }

    private static async Task<WebApplication> StartPlainAsync()
    {
        var builder = CreateBuilder();
        builder.Services.AddMcpServer().WithHttpTransport().WithTools([CreateTool()]);
        var application = builder.Build();
        application.MapMcp("/mcp");
        await application.StartAsync();
        return application;
    }

    private static async Task<WebApplication> StartGuardedAsync(FreshStore store)
    {
        var builder = CreateBuilder();
        builder.Services.AddAgentKeys(_ => store.Open(), options => options.StoreTimeout = TimeSpan.FromMinutes(1));
        builder.Services.AddAuthentication().AddAgentKeys();
        builder.Services.AddAuthorization();
        builder.Services.AddMcpServer().WithHttpTransport().WithAgentKeys().WithTools([CreateTool().Guarded("bench.echo", Cost.FromCents(1))]);
        var application = builder.Build();
        application.MapMcp("/mcp").RequireAuthorization();
        await application.Services.GetRequiredService<AgentKeys>().MigrateAsync();
        await application.StartAsync();
        return application;
    }

    private static McpServerTool CreateTool() => McpServerTool.Create((string text) => text, new McpServerToolCreateOptions { Name = Tool });

    private static WebApplicationBuilder CreateBuilder()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        return builder;
    }

    private static Uri EndpointOf(WebApplication application) => new(application.Urls.Single() + "/mcp");

    private async Task<long> ReadSpentCentsAsync() =>
        (await _guarded.Services.GetRequiredService<AgentKeys>().FindAsync(_key.Key.Id))!.Spent.MicroCents / Cost.MicroCentsPerCent;
}
