using AgentKey.Agents.SemanticKernel.Tests.Hosting;
using AgentKey.Agents.SemanticKernel.Tests.Tools;
using AgentKey.ModelServer;
using Microsoft.SemanticKernel;

namespace AgentKey.Agents.SemanticKernel.Tests;

/// <summary>Whatever a host forgets, mixes up or does twice: nothing runs for free, and nothing is paid twice.</summary>
public sealed class RegistrationTests
{
    private static readonly KernelArguments Auto = new(new PromptExecutionSettings { FunctionChoiceBehavior = FunctionChoiceBehavior.Auto() });

    [Fact]
    public async Task Finding7_Adding_the_keys_twice_filters_once_and_charges_once()
    {
        await using var host = await KernelHost.StartAsync(Connector.ChatClient, Silent, builder =>
        {
            builder.AddAgentKeys();
            builder.Plugins.AddAgentPlugin<GuardedCountedTools>();
        });
        var key = await host.MintAsync(300, "test.*");

        await InvokeAsync(host.Root.WithAgentKey(key.Secret), "CountedTools", "work");

        Assert.Single(host.Root.FunctionInvocationFilters);
        Assert.Single(host.Root.AutoFunctionInvocationFilters);
        Assert.Single(await host.LedgerAsync(key));
    }

    [Fact]
    public async Task Finding7_A_function_that_is_guarded_twice_charges_once()
    {
        await using var host = await KernelHost.StartAsync(Connector.ChatClient, Silent);
        var key = await host.MintAsync(300, "test.*");
        var policy = new ToolPolicy("lambda", "test.lambda", Money.Cost.FromCents(15));
        var twin = KernelPluginFactory.CreateFromObject(new GuardedCountedTools(new CountedTools(host.Calls), host.Guard))["work"];
        var lambda = KernelFunctionFactory.CreateFromMethod(() => "done", "lambda");
        var kernel = host.Root.WithAgentKey(key.Secret);

        var lambdaTwice = lambda.WithAgentKey(host.Guard, policy).WithAgentKey(host.Guard, policy);
        var twinTwice = twin.WithAgentKey(host.Guard, policy).WithAgentKey(host.Guard, policy);
        await kernel.InvokeAsync(lambdaTwice, cancellationToken: TestContext.Current.CancellationToken);
        await kernel.InvokeAsync(twinTwice, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(["lambda", "CountedTools.WorkAsync"], (await host.LedgerAsync(key)).Select(entry => entry.Tool));
    }

    [Theory]
    [MemberData(nameof(Connector.All), MemberType = typeof(Connector))]
    public async Task A_function_that_nobody_guards_is_refused_and_not_run(string name)
    {
        var connector = Connector.Of(name);
        await using var host = await KernelHost.StartAsync(
            connector,
            request => request.Last.Role == "tool" ? ModelReply.Say("that is it") : ModelReply.Call(new ModelToolCall("call_1", connector.ToolName("p", "forgotten"))),
            builder => builder.Plugins.AddFromObject(new PublicTools(new CallCount()), "p"));
        var key = await host.MintAsync(300, "test.*");
        var kernel = host.Root.WithAgentKey(key.Secret);

        await kernel.InvokePromptAsync("go", Auto, cancellationToken: TestContext.Current.CancellationToken);
        var denied = await Assert.ThrowsAsync<ToolDeniedException>(() => InvokeAsync(kernel, "p", "forgotten"));

        Assert.Equal("unguarded_tool", denied.Denial.Code);
        Assert.Contains("unguarded_tool", host.Model.Requests.Last().Last.Text, StringComparison.Ordinal);
        Assert.Equal(2, host.ModelCalls);
    }

    [Fact]
    public async Task The_raw_class_of_tagged_tools_is_no_agent_plugin_and_its_functions_do_not_run()
    {
        await using var host = await KernelHost.StartAsync(Connector.ChatClient, Silent);
        var key = await host.MintAsync(300, "test.*");
        var kernel = host.Root.WithAgentKey(key.Secret);

        var error = Assert.Throws<InvalidFieldException>(() => kernel.Plugins.AddAgentPlugin(new CountedTools(host.Calls), "raw"));
        kernel.Plugins.AddFromObject(new CountedTools(host.Calls), "raw");
        await Assert.ThrowsAsync<ToolDeniedException>(() => InvokeAsync(kernel, "raw", "work"));

        Assert.Equal("plugin", error.Field);
        Assert.Equal(0, host.Bodies);
    }

    [Fact]
    public async Task A_guarded_twin_that_is_added_by_semantic_kernels_own_method_is_paid_for()
    {
        await using var host = await KernelHost.StartAsync(Connector.ChatClient, Silent);
        var key = await host.MintAsync(15, "test.*");
        var kernel = host.Root.WithAgentKey(key.Secret);
        kernel.Plugins.AddFromObject(new GuardedCountedTools(new CountedTools(host.Calls), host.Guard), "own");

        await InvokeAsync(kernel, "own", "work");
        var denied = await Assert.ThrowsAsync<ToolDeniedException>(() => InvokeAsync(kernel, "own", "work"));

        Assert.Equal("budget_exhausted", denied.Denial.Code);
        Assert.Equal(1, host.Bodies);
    }

    [Fact]
    public async Task A_function_that_is_free_on_purpose_needs_no_key()
    {
        var calls = new CallCount();
        await using var host = await KernelHost.StartAsync(Connector.ChatClient, Silent, builder =>
        {
            builder.AddAgentKeys(options => options.IsPublic = function => function.Name == "forgotten");
            builder.Plugins.AddFromObject(new PublicTools(calls), "p");
        });

        await InvokeAsync(host.Root, "p", "hours");
        await InvokeAsync(host.Root, "p", "forgotten");

        Assert.Equal(2, calls.Bodies);
    }

    private static ModelReply Silent(ModelRequest request) => ModelReply.Say("");

    private static Task<FunctionResult> InvokeAsync(Kernel kernel, string plugin, string function) =>
        kernel.InvokeAsync(plugin, function, cancellationToken: TestContext.Current.CancellationToken);
}
