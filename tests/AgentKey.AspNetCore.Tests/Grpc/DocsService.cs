using AgentKey.Agents;
using AgentKey.AspNetCore.Tests.Grpc.Wire;
using AgentKey.Money;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace AgentKey.AspNetCore.Tests.Grpc;

/// <summary>A service that somebody tagged.</summary>
internal sealed class DocsService(DocsService.Counter counter) : Docs.DocsBase
{
    [AgentScope("docs.read"), Cost(15)]
    public override Task<Answer> Read(Question request, ServerCallContext context)
    {
        counter.Count();
        return request.Text switch
        {
            "broken" => throw new InvalidOperationException("a bug"),
            "unavailable" => throw new RpcException(new Status(StatusCode.Unavailable, "the upstream is down")),
            "late" => throw new RpcException(new Status(StatusCode.DeadlineExceeded, "the upstream is slow")),
            "nonsense" => throw new RpcException(new Status(StatusCode.InvalidArgument, "no such page")),
            _ => Task.FromResult(new Answer { Text = "done" }),
        };
    }

    public override Task<Answer> Free(Question request, ServerCallContext context) => Task.FromResult(new Answer { Text = "free" });

    [AgentScope("docs.read"), Cost(UpTo = 40)]
    public override Task Think(Question request, IServerStreamWriter<Answer> responseStream, ServerCallContext context) =>
        SayAsync(request, responseStream, context, part => ToolCall.Current!.ReportCost(Cost.FromCents(part)));

    [AgentScope("docs.read"), Cost(15)]
    public override Task Follow(Question request, IServerStreamWriter<Answer> responseStream, ServerCallContext context) =>
        SayAsync(request, responseStream, context, _ => { });

    [AgentScope("docs.read"), Cost(15)]
    public override async Task Talk(IAsyncStreamReader<Question> requestStream, IServerStreamWriter<Answer> responseStream, ServerCallContext context)
    {
        context.GetHttpContext().Response.OnCompleted(() => Task.Run(counter.End));
        await foreach (var question in requestStream.ReadAllAsync())
        {
            await responseStream.WriteAsync(new Answer { Text = question.Text });
        }

        throw new InvalidOperationException("a bug");
    }

    [AgentScope("docs.read"), Cost(15)]
    public override async Task<Answer> Collect(IAsyncStreamReader<Question> requestStream, ServerCallContext context)
    {
        context.GetHttpContext().Response.OnCompleted(() => Task.Run(counter.End));
        await foreach (var question in requestStream.ReadAllAsync())
        {
            counter.Count();
        }

        return new Answer();
    }

    private async Task SayAsync(Question request, IServerStreamWriter<Answer> responseStream, ServerCallContext context, Action<int> said)
    {
        context.GetHttpContext().Response.OnCompleted(() => Task.Run(counter.End));
        for (var i = 1; i <= 3; i++)
        {
            if (i == 3 && request.Text == "without the last")
            {
                // Looks away until nobody listens any more, so that the write meets it.
                await Task.Delay(Timeout.Infinite, context.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            await responseStream.WriteAsync(new Answer { Text = $"part {i}" });
            said(i);
            if (request.Text == "broken")
            {
                throw new InvalidOperationException("a bug");
            }

            if (request.Text.StartsWith("docs.", StringComparison.Ordinal))
            {
                var guard = context.GetHttpContext().RequestServices.GetRequiredService<ToolGuard>();
                await guard.ChargeAsync(new ToolPolicy("Inner.Tool", request.Text, Cost.FromCents(1_000)));
            }
        }
    }

    /// <summary>How often a paid method ran, and when a stream was over and its charge ended.</summary>
    internal sealed class Counter
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _runs;

        public int Runs => Volatile.Read(ref _runs);

        public Task Ended => _ended.Task;

        public void End() => _ended.TrySetResult();

        public void Count() => Interlocked.Increment(ref _runs);
    }
}
