using System.Text.Json.Serialization.Metadata;
using AgentKey.Agents.Mcp.Tests.Hosting;
using AgentKey.Money;
using AgentKey.Storage;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.Agents.Mcp.Tests;

#pragma warning disable MCPEXP002 // The seam on which the SDK's tasks are built; its package for them is not on the feed of these tests.

/// <summary>
/// A call that goes on as a task after its request was answered, as ModelContextProtocol.Extensions.Tasks runs it: a filter
/// around all others answers with the task, and calls what is inside later, in a scope of its own.
/// </summary>
public sealed class TaskTests
{
    private readonly TaskCompletionSource _mayBegin = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<CallToolResult> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task A_task_is_charged_once_when_it_runs()
    {
        await using var server = await StartAsync();
        var key = await server.Folder.MintAsync(300, "test.*");

        await BeginAsync(server, key);
        Assert.Empty(await server.Folder.LedgerAsync(key));
        _mayBegin.SetResult();
        var result = await _outcome.Task.WaitAsync(TestContext.Current.CancellationToken);

        Assert.Equal("done", Clients.TextOf(result));
        Assert.Equal("285", result.Meta!["agentkey/remainingCents"]!.ToJsonString());
        Assert.Equal(1, server.Bodies);
        Assert.Equal(LedgerEntryKind.Charge, Assert.Single(await server.Folder.LedgerAsync(key)).Kind);
        Assert.Equal(Cost.FromCents(15), await server.Folder.SpentAsync(key));
    }

    [Theory]
    [InlineData(14, false, "budget_exhausted")]
    [InlineData(300, true, "invalid_key")]
    public async Task A_task_that_cannot_be_paid_for_when_it_runs_does_not_run(int cents, bool isRevoked, string code)
    {
        await using var server = await StartAsync();
        var key = await server.Folder.MintAsync(cents, "test.*");

        await BeginAsync(server, key);
        if (isRevoked)
        {
            await server.Folder.Keys.RevokeAsync(key.Key.Id, cancellationToken: TestContext.Current.CancellationToken);
        }

        _mayBegin.SetResult();
        var result = await _outcome.Task.WaitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(code, Clients.CodeOf(result));
        Assert.Equal(0, server.Bodies);
        Assert.Empty(await server.Folder.LedgerAsync(key));
    }

    private static async Task BeginAsync(HttpServer server, Keys.CreatedKey key)
    {
        using var raw = new RawHttp(server.Endpoint, key);
        var answer = await raw.CallAsync("work");
        Assert.Equal("task", (string?)answer["result"]!["resultType"]);
    }

    private Task<HttpServer> StartAsync() => HttpServer.StartAsync(mcp =>
    {
        mcp.WithAgentKeys().WithAgentTools();
        mcp.Services.Configure<McpServerOptions>(options => options.Filters.Request.CallToolWithAlternateFilters.Add((context, next, token) =>
        {
            _ = RunAsync(context, next);
            var task = (JsonTypeInfo<EmptyResult>)McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(EmptyResult));
            return ValueTask.FromResult(ResultOrAlternate<CallToolResult>.FromAlternate(new EmptyResult { ResultType = "task" }, task));
        }));
    });

    private async Task RunAsync(RequestContext<CallToolRequestParams> context, McpRequestHandler<CallToolRequestParams, ResultOrAlternate<CallToolResult>> next)
    {
        var scopes = context.Services!.GetRequiredService<IServiceScopeFactory>();
        await _mayBegin.Task;
        await using var scope = scopes.CreateAsyncScope();
        context.Services = scope.ServiceProvider;
        _outcome.SetResult((await next(context, CancellationToken.None)).Result!);
    }
}
