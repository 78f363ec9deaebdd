using AgentKey.Agents.Tests.Hosting;
using AgentKey.Agents.Tests.Tools;
using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Storage;

namespace AgentKey.Agents.Tests;

/// <summary>A streaming tool is paid for by whoever called for it, when it is first read, and settled when it is over, however that comes.</summary>
public sealed class StreamTests
{
    [Fact]
    public async Task A_stream_that_nobody_reads_costs_nothing()
    {
        await using var host = await AgentHost.StartAsync();
        var (key, tools) = await StartAsync(host);
        using (CallerScope.Bind(host.CallerOf(key)))
        {
            _ = tools.StreamAsync(3);
        }

        Assert.Equal(0, host.Work.Runs);
        Assert.Empty(await host.LedgerAsync(key));
    }

    [Fact]
    public async Task The_caller_is_the_one_who_called_not_the_one_who_reads()
    {
        await using var host = await AgentHost.StartAsync();
        var (key, tools) = await StartAsync(host);
        var other = await host.CreateKeyAsync(cents: 100);
        IAsyncEnumerable<int> stream;
        using (CallerScope.Bind(host.CallerOf(key)))
        {
            stream = tools.StreamAsync(3);
        }

        using (CallerScope.Bind(host.CallerOf(other)))
        {
            Assert.Equal([0, 1, 2], await stream.ToListAsync());
            Assert.Equal(host.CallerOf(other).ToString(), CallerScope.Current!.ToString());
        }

        Assert.Equal((6, 0), (await host.SpentCentsAsync(key), await host.SpentCentsAsync(other)));
    }

    [Fact]
    public async Task Each_reading_is_a_call_of_its_own()
    {
        await using var host = await AgentHost.StartAsync();
        var (key, tools) = await StartAsync(host);
        using var binding = CallerScope.Bind(host.CallerOf(key));
        var stream = tools.StreamAsync(1);

        await stream.ToListAsync();
        await stream.ToListAsync();

        Assert.Equal((12, 2), (await host.SpentCentsAsync(key), host.Work.Runs));
    }

    [Fact]
    public async Task A_refusal_comes_at_the_first_reading_and_nothing_runs()
    {
        await using var host = await AgentHost.StartAsync();
        var (_, tools) = await StartAsync(host);
        var stream = tools.StreamAsync(1);
        await using var reader = stream.GetAsyncEnumerator();

        var denied = await Assert.ThrowsAsync<ToolDeniedException>(() => reader.MoveNextAsync().AsTask());

        Assert.Equal((DenialCode.NoCaller, 0), (denied.Denial.Reason, host.Work.Runs));
        Assert.False(await reader.MoveNextAsync());
    }

    [Fact]
    public async Task A_stream_that_fails_is_refunded_and_its_own_exception_comes_out()
    {
        await using var host = await AgentHost.StartAsync();
        var (key, tools) = await StartAsync(host);
        host.Work.Body = _ => throw new InvalidDataException();
        using var binding = CallerScope.Bind(host.CallerOf(key));

        await Assert.ThrowsAsync<InvalidDataException>(() => tools.StreamAsync(1).ToListAsync().AsTask());

        Assert.Equal([LedgerEntryKind.Charge, LedgerEntryKind.Void], await host.LedgerKindsAsync(key));
    }

    [Theory]
    [InlineData(5, 9, 5)] // Read to the end: all that was streamed.
    [InlineData(5, 2, 1)] // Broken off while the second item is looked at: what the tool reports in its finally block.
    public async Task What_was_streamed_is_settled(int most, int read, int cents)
    {
        await using var host = await AgentHost.StartAsync();
        var (key, tools) = await StartAsync(host);
        using var binding = CallerScope.Bind(host.CallerOf(key));

        Assert.Equal(Math.Min(most, read), (await tools.MeteredAsync(most).Take(read).ToListAsync()).Count);
        await foreach (var item in tools.MeteredAsync(0))
        {
            Assert.Fail($"{item}");
        }

        Assert.Equal(cents, await host.SpentCentsAsync(key));
        Assert.Equal([LedgerEntryKind.Hold, LedgerEntryKind.Settle, LedgerEntryKind.Hold, LedgerEntryKind.Settle], await host.LedgerKindsAsync(key));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stream_that_is_cancelled_stays_paid(bool byReader)
    {
        await using var host = await AgentHost.StartAsync();
        var (key, tools) = await StartAsync(host);
        using var cancellation = new CancellationTokenSource();
        using var binding = CallerScope.Bind(host.CallerOf(key));
        var stream = byReader ? tools.StreamAsync(9) : tools.StreamAsync(9, cancellation.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var item in stream.WithCancellation(byReader ? cancellation.Token : default))
            {
                Assert.Equal(0, item);
                await cancellation.CancelAsync();
            }
        });

        Assert.Equal(6, await host.SpentCentsAsync(key));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stream_that_is_cancelled_stays_paid_in_whatever_words_it_says_so(bool byReader)
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);
        using var cancellation = new CancellationTokenSource();
        using var binding = CallerScope.Bind(host.CallerOf(key));
        var policy = new ToolPolicy("Work.Stream", "work.stream", Cost.FromCents(6));
        var stream = host.Guard.Stream(policy, BreakAsync, byReader ? default : cancellation.Token);

        await Assert.ThrowsAsync<IOException>(async () =>
        {
            await foreach (var _ in stream.WithCancellation(byReader ? cancellation.Token : default))
            {
            }
        });

        Assert.Equal(6, await host.SpentCentsAsync(key));

        async IAsyncEnumerable<int> BreakAsync()
        {
            yield return 0;
            await cancellation.CancelAsync();
            throw new IOException("The client reset the request stream.");
        }
    }

    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 2)]
    [InlineData(null, 0)] // It failed of its own accord, and what failed is refunded.
    public async Task A_stream_that_ends_by_an_exception_is_settled_at_what_its_rule_says_of_what_came(bool? byReader, int cents)
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);
        using var cancellation = new CancellationTokenSource();
        using var binding = CallerScope.Bind(host.CallerOf(key));
        var policy = new ToolPolicy("Work.Stream", "work.stream", ToolPrice.UpTo(Cost.FromCents(40)));
        var items = 0;
        var stream = host.Guard.Stream(
            policy, Cost.FromCents(40), BreakAsync, () => Cost.FromCents(2 * items), byReader == false ? cancellation.Token : default);

        await Assert.ThrowsAsync<IOException>(async () =>
        {
            await foreach (var _ in stream.WithCancellation(byReader == true ? cancellation.Token : default))
            {
            }
        });

        Assert.Equal(cents, await host.SpentCentsAsync(key));

        async IAsyncEnumerable<int> BreakAsync()
        {
            yield return ++items;
            await cancellation.CancelAsync();
            throw new IOException("The client reset the request stream.");
        }
    }

    private static async Task<(CreatedKey Key, GuardedPricedTools Tools)> StartAsync(AgentHost host) =>
        (await host.CreateKeyAsync(cents: 100), new GuardedPricedTools(new PricedTools(host.Work), host.Guard));
}
