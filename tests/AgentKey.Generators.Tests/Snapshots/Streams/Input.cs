using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using AgentKey.Agents;
using AgentKey.Money;

namespace Demo;

public static class LinePrice
{
    public static Cost Price(int most) => Cost.FromCents(most);

    public static Cost Settle(int most) => Cost.FromCents(most / 2);
}

public sealed class Streams
{
    [AgentScope("streams.count"), Cost(2)]
    public async IAsyncEnumerable<int> CountAsync(int to, [EnumeratorCancellation] CancellationToken ct = default)
    {
        for (var i = 0; i < to; i++)
        {
            await Task.Delay(0, ct);
            yield return i;
        }
    }

    [AgentScope("streams.per"), Cost(1, Per = nameof(to))]
    public static IAsyncEnumerable<string?> Per(int to) => throw new System.NotSupportedException();

    [AgentScope("streams.ruled"), Cost(typeof(LinePrice))]
    public static IAsyncEnumerable<(int Number, string Text)> Lines(int most) => throw new System.NotSupportedException();
}
