using AgentKey.Agents;
using AgentKey.AspNetCore.Tests.Grpc.Wire;
using AgentKey.Money;
using Grpc.Core;

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
            "nonsense" => throw new RpcException(new Status(StatusCode.InvalidArgument, "no such page")),
            _ => Task.FromResult(new Answer { Text = "done" }),
        };
    }

    public override Task<Answer> Free(Question request, ServerCallContext context) => Task.FromResult(new Answer { Text = "free" });

    [AgentScope("docs.read"), Cost(UpTo = 40)]
    public override async Task Think(Question request, IServerStreamWriter<Answer> responseStream, ServerCallContext context)
    {
        for (var i = 1; i <= 3; i++)
        {
            await responseStream.WriteAsync(new Answer { Text = $"part {i}" });
            ToolCall.Current!.ReportCost(Cost.FromCents(i));
        }
    }

    /// <summary>How often a paid method ran.</summary>
    internal sealed class Counter
    {
        private int _runs;

        public int Runs => Volatile.Read(ref _runs);

        public void Count() => Interlocked.Increment(ref _runs);
    }
}
