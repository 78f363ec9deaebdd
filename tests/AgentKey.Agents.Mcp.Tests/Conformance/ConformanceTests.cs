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
    /// <summary>What fails on the plain server too; the file gives the reasons.</summary>
    private static string[] ExpectedFailures =>
    [
        .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Conformance", "expected-failures.txt"))
            .Where(line => line.Length > 0 && !line.StartsWith('#'))
            .Select(line => line.Split(' ')[0]),
    ];

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

        var expected = await ConformanceSuite.CheckAsync(plain.Endpoint, revision);
        var actual = await ConformanceSuite.CheckAsync(guarded.Endpoint, revision);

        var passedOnPlain = expected.Where(check => check.Value == "SUCCESS").Select(check => check.Key).ToList();
        Assert.True(passedOnPlain.Count > 20, $"The suite found only {passedOnPlain.Count} things to check.");
        var lost = passedOnPlain.Where(check => actual.GetValueOrDefault(check) != "SUCCESS").ToList();
        var unexpected = actual.Where(check => check.Value == "FAILURE").Select(check => check.Key).Except(ExpectedFailures).ToList();
        Assert.True(lost.Count == 0, $"Pass on the plain server only:\n{string.Join('\n', lost)}");
        Assert.True(unexpected.Count == 0, $"Fail without a reason in expected-failures.txt:\n{string.Join('\n', unexpected)}");
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
