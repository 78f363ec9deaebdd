using AgentKey.Agents.Mcp.Tests.Hosting;
using AgentKey.Keys;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.AspNetCore;

namespace AgentKey.Agents.Mcp.Tests.Conformance;

/// <summary>The guard takes nothing from the protocol: what passes on a plain server passes on a guarded one.</summary>
public sealed class ConformanceTests
{
    [Theory]
    [InlineData(HttpServerSessionMode.Stateless, "2026-07-28")]
    [InlineData(HttpServerSessionMode.Stateful, "2025-11-25")]
    public async Task Nothing_fails_that_passes_on_a_plain_server(HttpServerSessionMode mode, string revision)
    {
        Assert.SkipUnless(ConformanceSuite.IsPossible, "The official suite is installed with npm, and its Node runs on x64 Linux.");
        var wire = new Wire(mode, revision);
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(100_000, "conformance.run");
        await using var guarded = await HttpServer.StartAsync(
            mcp =>
            {
                mcp.WithAgentTools();
                // The suite cannot send a header, so something in front of the server does.
                mcp.Services.AddSingleton<IStartupFilter>(new KeyInFront(key));
            },
            wire,
            folder: folder);
        await using var plain = await HttpServer.StartAsync(
            mcp => mcp.WithTools<ConformanceTools>()
                .WithTools<ConformanceRounds>()
                .WithPrompts<ConformanceRounds>()
                .WithPrompts<ConformanceCatalog>()
                .WithResources<ConformanceCatalog>(),
            wire,
            requiresKey: false);

        await ConformanceSuite.AssertNothingIsLostAsync(plain.Endpoint, guarded.Endpoint, revision, "expected-failures.txt");
        Assert.NotEmpty(await folder.LedgerAsync(key));
    }

    private sealed class KeyInFront(CreatedKey key) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, proceed) =>
            {
                context.Request.Headers.Authorization = "Bearer " + key.Secret.Reveal();
                return proceed(context);
            });
            next(app);
        };
    }
}
