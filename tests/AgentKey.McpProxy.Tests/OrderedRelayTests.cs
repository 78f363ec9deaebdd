using AgentKey.Agents.Tests.Hosting;
using AgentKey.Cli.McpProxy.Upstream;
using Microsoft.Extensions.Logging;

namespace AgentKey.McpProxy.Tests;

/// <summary>What becomes of messages when one of them cannot be handed on.</summary>
public sealed class OrderedRelayTests
{
    [Theory]
    [InlineData(typeof(IOException))]
    [InlineData(typeof(NotSupportedException))]
    [InlineData(typeof(OperationCanceledException))]
    public async Task One_that_fails_keeps_no_later_one_back_and_is_told_of(Type kind)
    {
        var logger = new RecordingLogger<OrderedRelay>();
        var relay = new OrderedRelay(logger);
        var sent = new List<int>();
        var fault = (Exception)Activator.CreateInstance(kind)!;

        relay.Add(() => Send(1));
        relay.Add(() => throw fault);
        relay.Add(() => Task.FromException(fault));
        relay.Add(() => Send(2));
        await relay.Drained;

        Assert.Equal([1, 2], sent);
        Assert.Equal(2, logger.Entries.Count(entry => entry.Level == LogLevel.Warning && entry.Text.Contains(kind.Name, StringComparison.Ordinal)));

        Task Send(int message)
        {
            sent.Add(message);
            return Task.CompletedTask;
        }
    }
}
