using AgentKey.Agents.Mcp.Tests.Hosting;
using AgentKey.Money;
using AgentKey.Storage;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Server;

namespace AgentKey.Agents.Mcp.Tests;

/// <summary>A call that takes longer than the money for it is held, through a client and a server.</summary>
public sealed class ProgressTests
{
    private static readonly TimeSpan HoldTimeToLive = TimeSpan.FromSeconds(2);

    [Theory]
    [MemberData(nameof(Wire.All), MemberType = typeof(Wire))]
    public async Task Progress_arrives_while_the_money_stays_held_for_as_long_as_the_work_takes(HttpServerSessionMode mode, string protocol)
    {
        var wire = new Wire(mode, protocol);
        var mayEnd = new TaskCompletionSource();
        var policy = new ToolPolicy("long", "test.long", ToolPrice.UpTo(Cost.FromCents(40))) { HoldTimeToLive = HoldTimeToLive };
        var tool = McpServerTool.Create((IProgress<ProgressNotificationValue> progress) => WorkAsync(progress, mayEnd.Task), new() { Name = "long" });
        await using var server = await HttpServer.StartAsync(mcp => mcp.WithAgentKeys().WithTools([tool.Guarded(policy)]), wire);
        var key = await server.Folder.MintAsync(40, "test.*");
        await using var client = await server.ConnectAsync(key, wire);
        var steps = new Steps();

        var call = client.CallToolAsync("long", progress: steps, cancellationToken: TestContext.Current.CancellationToken);
        await steps.AfterAsync(HoldTimeToLive * 2);
        var during = await client.CallAsync("long");
        mayEnd.SetResult();

        Assert.Equal("worked", Clients.TextOf(await call));
        Assert.Equal("budget_exhausted", Clients.CodeOf(during));
        Assert.Equal([LedgerEntryKind.Hold, LedgerEntryKind.Settle], (await server.Folder.LedgerAsync(key)).Select(entry => entry.Kind));
        Assert.Equal(Cost.FromCents(6), await server.Folder.SpentAsync(key));
    }

    private static async Task<string> WorkAsync(IProgress<ProgressNotificationValue> progress, Task mayEnd)
    {
        var call = ToolCall.Current!;
        for (var step = 1; !mayEnd.IsCompleted; step++)
        {
            progress.Report(new ProgressNotificationValue { Progress = step });
            await Task.WhenAny(mayEnd, Task.Delay(100));
        }

        call.ReportCost(Cost.FromCents(6));
        return "worked";
    }

    /// <summary>Progress as the client hears it.</summary>
    private sealed class Steps : IProgress<ProgressNotificationValue>
    {
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile int _heard;

        public void Report(ProgressNotificationValue value)
        {
            Interlocked.Increment(ref _heard);
            _begun.TrySetResult();
        }

        /// <summary>Waits that long from the first step on, and for one more.</summary>
        public async Task AfterAsync(TimeSpan time)
        {
            var token = TestContext.Current.CancellationToken;
            await _begun.Task.WaitAsync(token);
            await Task.Delay(time, token);
            var heard = _heard;
            await Eventually.IsTrueAsync(() => Task.FromResult(_heard > heard));
        }
    }
}
