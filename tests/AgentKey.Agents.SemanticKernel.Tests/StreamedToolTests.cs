using AgentKey.Agents.SemanticKernel.Tests.Hosting;
using AgentKey.Agents.SemanticKernel.Tests.Tools;
using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.ModelServer;
using AgentKey.Money;
using AgentKey.Storage;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;

namespace AgentKey.Agents.SemanticKernel.Tests;

/// <summary>A tagged tool that answers piece by piece works on a kernel as its class does, and each reading pays.</summary>
public sealed class StreamedToolTests
{
    private static readonly string[] Plugins = ["LazyTools", "own"];

    /// <summary>Which plugin the twin was added as, and whether the kernel is asked for a stream.</summary>
    public static TheoryData<string, bool> Readings => new MatrixTheoryData<string, bool>(Plugins, [true, false]);

    [Theory]
    [MemberData(nameof(Readings))]
    public async Task A_stream_is_read_as_that_of_the_class_and_paid_for_once(string plugin, bool isStreamed)
    {
        await using var host = await StartAsync();
        var key = await host.MintAsync(100, "test.*");
        var kernel = KernelOf(host, key);

        Assert.Equal([0, 1, 2], await (await StreamAsync<int>(kernel, plugin, "numbers", isStreamed)).ToListAsync(TestContext.Current.CancellationToken));

        Assert.Equal(1, host.Bodies);
        await AssertLedgerAsync(host, key, cents: 5, LedgerEntryKind.Charge);
    }

    [Theory]
    [MemberData(nameof(Readings))]
    public async Task The_kernels_caller_is_bound_between_the_pieces(string plugin, bool isStreamed)
    {
        await using var host = await StartAsync();
        var key = await host.MintAsync(100, "test.*");
        var kernel = KernelOf(host, key);

        var callers = await (await StreamAsync<string>(kernel, plugin, "callers", isStreamed)).ToListAsync(TestContext.Current.CancellationToken);

        Assert.Equal(Enumerable.Repeat(kernel.FindAgentKey()!.ToString(), 3), callers);
        Assert.Null(CallerScope.Current);
    }

    [Theory]
    [MemberData(nameof(Readings))]
    public async Task A_stream_that_is_broken_off_is_settled_at_what_it_reports(string plugin, bool isStreamed)
    {
        await using var host = await StartAsync();
        var key = await host.MintAsync(100, "test.*");

        await foreach (var number in await StreamAsync<int>(KernelOf(host, key), plugin, "metered", isStreamed))
        {
            if (number == 1)
            {
                break;
            }
        }

        await AssertLedgerAsync(host, key, cents: 2, LedgerEntryKind.Hold, LedgerEntryKind.Settle);
    }

    [Theory]
    [MemberData(nameof(Readings))]
    public async Task Each_reading_is_a_call_of_its_own(string plugin, bool isStreamed)
    {
        await using var host = await StartAsync();
        var key = await host.MintAsync(12, "test.*");
        var stream = await StreamAsync<int>(KernelOf(host, key), plugin, "numbers", isStreamed);

        Assert.Equal([0, 1, 2], await stream.ToListAsync(TestContext.Current.CancellationToken));
        Assert.Equal([0, 1, 2], await stream.ToListAsync(TestContext.Current.CancellationToken));
        var denied = await Assert.ThrowsAsync<ToolDeniedException>(() => stream.ToListAsync(TestContext.Current.CancellationToken).AsTask());

        Assert.Equal((DenialCode.BudgetExhausted, 2), (denied.Denial.Reason, host.Bodies));
        await AssertLedgerAsync(host, key, cents: 10, LedgerEntryKind.Charge, LedgerEntryKind.Charge);
    }

    [Theory]
    [MemberData(nameof(Readings))]
    public async Task A_stream_that_nobody_reads_costs_nothing(string plugin, bool isStreamed)
    {
        await using var host = await StartAsync();
        var key = await host.MintAsync(100, "test.*");

        Assert.NotNull(await StreamAsync<int>(KernelOf(host, key), plugin, "numbers", isStreamed));

        Assert.Equal(0, host.Bodies);
        await AssertLedgerAsync(host, key, cents: 0);
    }

    [Theory]
    [MemberData(nameof(Readings))]
    public async Task A_kernel_without_a_key_is_refused_when_it_reads(string plugin, bool isStreamed)
    {
        await using var host = await StartAsync();
        var kernel = KernelOf(host, key: null);

        var denied = await Assert.ThrowsAsync<ToolDeniedException>(async () =>
            await (await StreamAsync<int>(kernel, plugin, "numbers", isStreamed)).ToListAsync(TestContext.Current.CancellationToken));

        Assert.Equal((DenialCode.NoCaller, 0), (denied.Denial.Reason, host.Bodies));
    }

    [Fact]
    public async Task A_model_that_calls_one_gets_no_half_result_and_pays_nothing()
    {
        await using var host = await StartAsync();
        var key = await host.MintAsync(100, "test.*");
        var kernel = KernelOf(host, key);
        var raw = KernelFunctionFactory.CreateFromMethod(new LazyTools(host.Calls).NumbersAsync, "numbers");
        AIFunction guarded = kernel.Plugins["LazyTools"]["numbers"].WithKernel(kernel);

        var own = await Record.ExceptionAsync(() => raw.WithKernel(kernel).InvokeAsync([], TestContext.Current.CancellationToken).AsTask());
        var failure = await Record.ExceptionAsync(() => guarded.InvokeAsync([], TestContext.Current.CancellationToken).AsTask());

        Assert.Equal(Assert.IsType<NotSupportedException>(own).GetType(), failure?.GetType());
        await AssertLedgerAsync(host, key, cents: 0);
    }

    private static Task<KernelHost> StartAsync() => KernelHost.StartAsync(
        Connector.ChatClient, _ => ModelReply.Say("done"), builder => builder.Plugins.AddAgentPlugin<GuardedLazyTools>());

    /// <summary>A kernel that also has the twin as Semantic Kernel itself adds it.</summary>
    private static Kernel KernelOf(KernelHost host, CreatedKey? key)
    {
        var kernel = key is null ? host.Root.Clone() : host.Root.WithAgentKey(key.Secret);
        kernel.Plugins.AddFromObject(kernel.Services.GetRequiredService<GuardedLazyTools>(), "own");
        return kernel;
    }

    private static async Task<IAsyncEnumerable<T>> StreamAsync<T>(Kernel kernel, string plugin, string function, bool isStreamed) => isStreamed
        ? kernel.InvokeStreamingAsync<T>(kernel.Plugins.GetFunction(plugin, function), cancellationToken: TestContext.Current.CancellationToken)
        : (await kernel.InvokeAsync(plugin, function, cancellationToken: TestContext.Current.CancellationToken)).GetValue<IAsyncEnumerable<T>>()!;

    private static async Task AssertLedgerAsync(KernelHost host, CreatedKey key, int cents, params LedgerEntryKind[] kinds)
    {
        Assert.Equal(Cost.FromCents(cents), await host.SpentAsync(key));
        Assert.Equal(kinds, (await host.LedgerAsync(key)).Select(entry => entry.Kind));
    }
}
