using AgentKey.Agents.AI;
using AgentKey.Agents.SemanticKernel.Tests.Hosting;
using AgentKey.Agents.SemanticKernel.Tests.Tools;
using AgentKey.ModelServer;
using AgentKey.Money;
using AgentKey.Storage;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;

namespace AgentKey.Agents.SemanticKernel.Tests;

/// <summary>Functions that exist only as objects, with a guard put inside.</summary>
public sealed class FunctionObjectTests
{
    private static readonly ToolPolicy Price = new("remote.add", "test.add", Cost.FromCents(15));

    private static readonly bool[] Either = [true, false];

    [Fact]
    public async Task What_is_guarded_looks_the_same_from_outside()
    {
        await using var host = await StartAsync();
        var raw = KernelFunctionFactory.CreateFromMethod(
            (int left, int right = 2) => new Sum(left + right), "add", "Adds.", returnParameter: new() { Description = "The sum." });

        var guarded = raw.WithAgentKey(host.Guard, Price);

        Assert.Equal((raw.Name, raw.Description), (guarded.Name, guarded.Description));
        Assert.Equal(raw.JsonSchema.GetRawText(), guarded.JsonSchema.GetRawText());
        Assert.Equal(raw.Metadata.ReturnParameter.Description, guarded.Metadata.ReturnParameter.Description);
        Assert.Equal(raw.Metadata.Parameters.Select(p => (p.Name, p.IsRequired, p.DefaultValue)), guarded.Metadata.Parameters.Select(p => (p.Name, p.IsRequired, p.DefaultValue)));
    }

    [Fact]
    public async Task The_twin_of_a_tagged_class_looks_like_the_class()
    {
        await using var host = await StartAsync();
        var raw = KernelPluginFactory.CreateFromObject(new CountedTools(host.Calls), "CountedTools");
        var guarded = host.Root.Plugins["CountedTools"];

        Assert.Equal(
            raw.OrderBy(f => f.Name).Select(f => (f.Name, f.PluginName, f.Description, f.JsonSchema.GetRawText())),
            guarded.OrderBy(f => f.Name).Select(f => (f.Name, f.PluginName, f.Description, f.JsonSchema.GetRawText())));
    }

    [Fact]
    public async Task A_result_keeps_its_type_and_the_kernels_own_filters_see_one_call()
    {
        await using var host = await StartAsync();
        var key = await host.MintAsync(300, "test.*");
        var kernel = host.Root.WithAgentKey(key.Secret);
        var seen = new RecordingFilter();
        kernel.FunctionInvocationFilters.Add(seen);
        var guarded = KernelFunctionFactory.CreateFromMethod((int left) => new Sum(left + 1), "add").WithAgentKey(host.Guard, Price);

        var result = await kernel.InvokeAsync(guarded, new() { ["left"] = "1" }, TestContext.Current.CancellationToken);

        Assert.Equal(new Sum(2), result.GetValue<Sum>());
        Assert.Same(guarded, result.Function);
        Assert.Equal(["add"], seen.Functions);
        Assert.Equal("remote.add", Assert.Single(await host.LedgerAsync(key)).Tool);
    }

    [Fact]
    public async Task A_function_of_a_plugin_goes_by_its_own_name()
    {
        await using var host = await StartAsync();
        var key = await host.MintAsync(300, "test.*");
        var kernel = host.Root.WithAgentKey(key.Secret);
        var imported = KernelPluginFactory.CreateFromFunctions("imported", [KernelFunctionFactory.CreateFromMethod((int left) => left + 1, "add")]);
        kernel.Plugins.AddAgentPlugin("guarded", imported, host.Guard, new Dictionary<string, ToolPolicy> { ["add"] = Price });

        var result = await kernel.InvokeAsync("guarded", "add", new() { ["left"] = 1 }, TestContext.Current.CancellationToken);

        Assert.Equal(2, result.GetValue<int>());
        Assert.Equal("remote.add", Assert.Single(await host.LedgerAsync(key)).Tool);
    }

    [Fact]
    public async Task A_function_that_fails_gives_the_money_back_and_says_why()
    {
        await using var host = await StartAsync();
        var key = await host.MintAsync(300, "test.*");
        var guarded = KernelFunctionFactory.CreateFromMethod(string () => throw new InvalidOperationException("on fire"), "add").WithAgentKey(host.Guard, Price);

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            host.Root.WithAgentKey(key.Secret).InvokeAsync(guarded, cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal("on fire", failure.Message);
        Assert.Equal([LedgerEntryKind.Charge, LedgerEntryKind.Void], (await host.LedgerAsync(key)).Select(entry => entry.Kind));
        Assert.Equal(Cost.Zero, await host.SpentAsync(key));
    }

    [Fact]
    public async Task A_tool_that_is_an_ai_function_becomes_a_guarded_function()
    {
        await using var host = await StartAsync();
        var key = await host.MintAsync(15, "test.*");
        var tool = AIFunctionFactory.Create((int left) => left + 1, "add", "Adds.");
        var kernel = host.Root.WithAgentKey(key.Secret);
        kernel.Plugins.AddFromFunctions("remote", [tool.AsKernelFunction(host.Guard, Price)]);

        var sum = await kernel.InvokeAsync("remote", "add", new() { ["left"] = 1 }, TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<ToolDeniedException>(() =>
            kernel.InvokeAsync("remote", "add", new() { ["left"] = 1 }, TestContext.Current.CancellationToken));

        Assert.Equal("2", sum.ToString());
        Assert.Equal(Cost.FromCents(15), await host.SpentAsync(key));
    }

    public enum Way
    {
        AsKernelFunction,
        Plugin,
        KernelFunctionOfItsOwn,
    }

    /// <summary>Every way to put a policy on an AI function that charges already, by the generator or by a policy.</summary>
    public static TheoryData<Way, bool> Ways => new(from way in Enum.GetValues<Way>() from isGenerated in Either select (way, isGenerated));

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task An_ai_function_that_charges_already_charges_once(Way way, bool isGenerated)
    {
        await using var host = await StartAsync();
        var key = await host.MintAsync(300, "test.*");
        var tool = isGenerated
            ? AIFunctionFactory.Create(host.Root.Services.GetRequiredService<GuardedCountedTools>().WorkAsync, "work")
            : AIFunctionFactory.Create(() => "done", "work").WithAgentKey(host.Guard, new ToolPolicy("work", "test.work", Cost.FromCents(15)));
        var kernel = host.Root.WithAgentKey(key.Secret);
        kernel.Plugins.Add(way switch
        {
            Way.AsKernelFunction => KernelPluginFactory.CreateFromFunctions("remote", [tool.AsKernelFunction(host.Guard, Price)]),
            Way.Plugin => new List<KernelPlugin>().AddAgentPlugin("remote", [tool], host.Guard, new Dictionary<string, ToolPolicy> { ["work"] = Price }),
            _ => KernelPluginFactory.CreateFromFunctions("remote", [tool.AsKernelFunction().WithAgentKey(host.Guard, Price)]),
        });

        await kernel.InvokeAsync("remote", "work", new() { ["size"] = 1 }, TestContext.Current.CancellationToken);

        Assert.Equal(Cost.FromCents(15), await host.SpentAsync(key));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task An_ai_function_that_answers_a_refusal_as_a_value_is_refused_as_any_other(bool isGenerated, bool isBound)
    {
        await using var host = await StartAsync();
        var key = await host.MintAsync(14, "test.*");
        var tool = isGenerated
            ? AIFunctionFactory.Create(host.Root.Services.GetRequiredService<GuardedCountedTools>().WorkAsync, "work")
            : AIFunctionFactory.Create(() => "done", "work").WithAgentKey(host.Guard, new ToolPolicy("work", "test.work", Cost.FromCents(15)));
        var function = (isBound ? tool.WithAgentKey(host.Keys.Identify(key.Secret.Reveal())) : tool).AsKernelFunction(host.Guard, Price);
        var kernel = host.Root.WithAgentKey(key.Secret);
        var token = TestContext.Current.CancellationToken;

        var denied = await Assert.ThrowsAsync<ToolDeniedException>(() => kernel.InvokeAsync(function, new() { ["size"] = 1 }, token));
        await Assert.ThrowsAsync<ToolDeniedException>(async () =>
            await kernel.InvokeStreamingAsync(function, new() { ["size"] = 1 }, token).ToListAsync(token));

        Assert.Equal("budget_exhausted", denied.Denial.Code);
    }

    [Fact]
    public async Task A_refusal_that_a_tool_met_inside_and_got_over_is_none_of_its_own()
    {
        await using var host = await StartAsync();
        var key = await host.MintAsync(15, "test.*");
        var dear = AIFunctionFactory.Create(() => "dear", "dear").WithAgentKey(host.Guard, new ToolPolicy("dear", "test.dear", Cost.FromCents(15)));
        var tool = AIFunctionFactory.Create(async () => $"{await dear.InvokeAsync()}", "ask").WithAgentKey(host.Guard, Price);
        var function = new Forgiving(tool, dear.WithAgentKey(host.Keys.Identify("nobody"))).AsKernelFunction(host.Guard, Price);

        var result = await host.Root.WithAgentKey(key.Secret).InvokeAsync(function, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Contains("budget_exhausted", result.ToString(), StringComparison.Ordinal);
        Assert.Null(result.FindDenial());
        Assert.Equal(Cost.FromCents(15), await host.SpentAsync(key));
    }

    [Fact]
    public async Task Code_that_streams_a_refused_function_gets_the_refusal_thrown()
    {
        await using var host = await StartAsync();
        var key = await host.MintAsync(14, "test.*");
        var guarded = KernelFunctionFactory.CreateFromMethod(() => "done", "add").WithAgentKey(host.Guard, Price);
        var kernel = host.Root.WithAgentKey(key.Secret);

        var denied = await Assert.ThrowsAsync<ToolDeniedException>(async () =>
            await kernel.InvokeStreamingAsync(guarded, cancellationToken: TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken));

        Assert.Equal("budget_exhausted", denied.Denial.Code);
    }

    [Fact]
    public async Task A_sequence_is_read_to_its_end_within_the_call()
    {
        await using var host = await StartAsync();
        var key = await host.MintAsync(300, "test.*");
        var kernel = host.Root.WithAgentKey(key.Secret);
        var whole = KernelFunctionFactory.CreateFromMethod(() => Numbers(fails: false), "add").WithAgentKey(host.Guard, Price);
        var broken = KernelFunctionFactory.CreateFromMethod(() => Numbers(fails: true), "add").WithAgentKey(host.Guard, Price);

        var result = await kernel.InvokeAsync(whole, cancellationToken: TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<InvalidDataException>(() => kernel.InvokeAsync(broken, cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal([1, 2], Assert.IsType<int[]>(result.GetValue<IEnumerable<int>>()));
        Assert.Equal(Cost.FromCents(15), await host.SpentAsync(key));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stream_that_fails_gives_the_money_back(bool isStreamed)
    {
        await using var host = await StartAsync();
        var key = await host.MintAsync(300, "test.*");
        var guarded = KernelFunctionFactory.CreateFromMethod(() => Numbers(fails: true).ToAsyncEnumerable(), "add").WithAgentKey(host.Guard, Price);

        await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(host.Root.WithAgentKey(key.Secret), guarded, isStreamed));

        Assert.Equal([LedgerEntryKind.Charge, LedgerEntryKind.Void], (await host.LedgerAsync(key)).Select(entry => entry.Kind));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stream_is_settled_at_what_it_reported_when_it_ends(bool isStreamed)
    {
        await using var host = await StartAsync();
        var key = await host.MintAsync(300, "test.*");
        var guarded = KernelFunctionFactory.CreateFromMethod(() => ReportingAsync(), "add")
            .WithAgentKey(host.Guard, new ToolPolicy("remote.add", "test.add", ToolPrice.UpTo(Cost.FromCents(40))));

        await ReadAsync(host.Root.WithAgentKey(key.Secret), guarded, isStreamed);

        Assert.Equal([LedgerEntryKind.Hold, LedgerEntryKind.Settle], (await host.LedgerAsync(key)).Select(entry => entry.Kind));
        Assert.Equal(Cost.FromCents(7), await host.SpentAsync(key));
    }

    [Fact]
    public async Task Each_reading_of_a_stream_is_paid_and_a_reader_that_stops_has_paid()
    {
        await using var host = await StartAsync();
        var key = await host.MintAsync(300, "test.*");
        var guarded = KernelFunctionFactory.CreateFromMethod(() => Numbers(fails: false).ToAsyncEnumerable(), "add").WithAgentKey(host.Guard, Price);

        var result = await host.Root.WithAgentKey(key.Secret).InvokeAsync(guarded, cancellationToken: TestContext.Current.CancellationToken);
        var stream = result.GetValue<IAsyncEnumerable<int>>()!;

        Assert.Equal(1, await stream.FirstAsync(TestContext.Current.CancellationToken));
        Assert.Equal(Cost.FromCents(15), await host.SpentAsync(key));
        Assert.Equal([1, 2], await stream.ToListAsync(TestContext.Current.CancellationToken));
        Assert.Equal(Cost.FromCents(30), await host.SpentAsync(key));
    }

    [Fact]
    public async Task Finding15_A_streamed_function_knows_its_caller_at_every_piece()
    {
        await using var host = await StartAsync(options => options.IsPublic = function => function.Name == "callers");
        var key = await host.MintAsync(300, "test.*");
        var kernel = host.Root.WithAgentKey(key.Secret);

        var pieces = new List<string>();
        await foreach (var piece in kernel.InvokeStreamingAsync<string>(StreamTools.Callers(host.Calls), cancellationToken: TestContext.Current.CancellationToken))
        {
            pieces.Add(piece);
            Assert.Null(CallerScope.Current);
        }

        Assert.Equal(Enumerable.Repeat(key.Secret.DisplayPrefix, 3), pieces);
    }

    private static async Task ReadAsync(Kernel kernel, KernelFunction function, bool isStreamed)
    {
        var token = TestContext.Current.CancellationToken;
        var stream = isStreamed
            ? kernel.InvokeStreamingAsync<int>(function, cancellationToken: token)
            : (await kernel.InvokeAsync(function, cancellationToken: token)).GetValue<IAsyncEnumerable<int>>()!;
        Assert.Equal([1, 2], await stream.ToListAsync(token));
    }

    private static IEnumerable<int> Numbers(bool fails)
    {
        yield return 1;
        yield return fails ? throw new InvalidDataException() : 2;
    }

    private static async IAsyncEnumerable<int> ReportingAsync()
    {
        await Task.Yield();
        yield return 1;
        ToolCall.Current!.ReportCost(Cost.FromCents(7));
        yield return 2;
    }

    private static Task<KernelHost> StartAsync(Action<AgentKeysKernelOptions>? configure = null) => KernelHost.StartAsync(
        Connector.ChatClient,
        _ => ModelReply.Say(""),
        builder =>
        {
            builder.AddAgentKeys(configure);
            builder.Plugins.AddAgentPlugin<GuardedCountedTools>();
        });

    private sealed record Sum(int Value);

    /// <summary>Asks another function first, and does not care what it says.</summary>
    private sealed class Forgiving(AIFunction function, AIFunction first) : DelegatingAIFunction(function)
    {
        protected override async ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken)
        {
            await first.InvokeAsync(cancellationToken: cancellationToken);
            return await base.InvokeCoreAsync(arguments, cancellationToken);
        }
    }
}
