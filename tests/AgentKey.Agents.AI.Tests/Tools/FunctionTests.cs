using System.Text.Json;
using AgentKey.Agents.AI.Tests.Hosting;
using AgentKey.Money;
using AgentKey.Storage;
using Microsoft.Extensions.AI;

namespace AgentKey.Agents.AI.Tests.Tools;

public sealed class FunctionTests
{
    private static readonly ToolPolicy Policy = new("look_up", "tools.look", Cost.FromCents(15));

    private readonly CallCount _runs = new();

    [Fact]
    public async Task A_call_is_charged_to_the_bound_caller_and_returns_what_the_function_returns()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(100);
        var function = LookUp().WithAgentKey(folder.Guard, Policy, folder.CallerOf(key));

        Assert.Equal("seen x", Text(await CallAsync(function)));

        Assert.Equal(15, await folder.SpentCentsAsync(key));
        var entry = Assert.Single(await folder.LedgerAsync(key));
        Assert.Equal(("look_up", "tools.look", LedgerEntryKind.Charge), (entry.Tool, entry.Scope, entry.Kind));
    }

    [Fact]
    public async Task Name_description_and_schemas_pass_through()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var raw = LookUp();
        var guarded = raw.WithAgentKey(folder.Guard, Policy, folder.CallerOf(await folder.MintAsync(100)));

        Assert.Equal((raw.Name, raw.Description), (guarded.Name, guarded.Description));
        Assert.Equal(raw.JsonSchema.GetRawText(), guarded.JsonSchema.GetRawText());
        Assert.Equal(raw.ReturnJsonSchema?.GetRawText(), guarded.ReturnJsonSchema?.GetRawText());
        Assert.Equal(raw.UnderlyingMethod, guarded.UnderlyingMethod);
    }

    [Fact]
    public async Task Finding5_A_refusal_is_a_value_that_a_model_can_read_and_holds_no_secret()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(20);
        var function = LookUp().WithAgentKey(folder.Guard, Policy, folder.CallerOf(key));
        await CallAsync(function);

        var denial = Assert.IsType<JsonElement>(await CallAsync(function));

        Assert.Equal("budget_exhausted", denial.GetProperty("code").GetString());
        Assert.Equal((15m, 5m), (denial.GetProperty("costCents").GetDecimal(), denial.GetProperty("remainingCents").GetDecimal()));
        Assert.Equal("This call costs $0.15 and $0.05 is left; the budget does not reset.", denial.GetProperty("message").GetString());
        Assert.DoesNotContain(key.Secret.Reveal()[3..], denial.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(1, _runs.Value);
    }

    [Fact]
    public async Task Without_a_caller_nothing_runs()
    {
        await using var folder = await KeyFolder.CreateAsync();

        var denial = await CallAsync(LookUp().WithAgentKey(folder.Guard, Policy));

        Assert.Equal("no_caller", CodeOf(denial));
        Assert.Equal(0, _runs.Value);
    }

    [Fact]
    public async Task Finding7_Wrapped_twice_it_charges_once()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(100);
        var caller = folder.CallerOf(key);
        var samePolicy = new ToolPolicy("look_up", "tools.look", Cost.FromCents(15));
        var function = LookUp().WithAgentKey(folder.Guard, Policy, caller).WithAgentKey(folder.Guard, samePolicy, caller).WithAgentKey(caller);

        await CallAsync(function);

        Assert.Equal((15, 1), (await folder.SpentCentsAsync(key), _runs.Value));
    }

    [Fact]
    public async Task A_second_policy_is_refused_and_so_is_a_policy_for_a_method_with_a_guard_of_its_own()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var guarded = LookUp().WithAgentKey(folder.Guard, Policy);
        var generated = AIFunctionFactory.Create(new GuardedSearchTools(new SearchTools(_runs), folder.Guard).Search);

        Assert.Throws<InvalidOperationException>(() => guarded.WithAgentKey(folder.Guard, new ToolPolicy("look_up", "tools.look", Cost.Zero)));
        Assert.Throws<InvalidOperationException>(() => generated.WithAgentKey(folder.Guard, Policy));
    }

    [Fact]
    public async Task A_caller_cannot_be_bound_to_a_function_that_nothing_guards()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var caller = folder.CallerOf(await folder.MintAsync(100));

        Assert.Throws<InvalidOperationException>(() => LookUp().WithAgentKey(caller));
        Assert.Throws<InvalidOperationException>(() => AIFunctionFactory.Create(new SearchTools(_runs).Search).WithAgentKey(caller));
    }

    [Fact]
    public async Task A_method_of_a_guarded_class_needs_no_more_than_its_caller()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(20);
        var function = AIFunctionFactory.Create(new GuardedSearchTools(new SearchTools(_runs), folder.Guard).Search).WithAgentKey(folder.CallerOf(key));

        Assert.Equal("found x", Text(await CallAsync(function)));
        Assert.Equal("budget_exhausted", CodeOf(await CallAsync(function)));

        Assert.Equal((15, 1), (await folder.SpentCentsAsync(key), _runs.Value));
    }

    [Fact]
    public async Task The_caller_that_was_bound_last_pays_also_inside_another_binding()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var (first, second, ambient) = (await folder.MintAsync(100), await folder.MintAsync(100), await folder.MintAsync(100));
        var function = LookUp().WithAgentKey(folder.Guard, Policy, folder.CallerOf(first)).WithAgentKey(folder.CallerOf(second));

        using (CallerScope.Bind(folder.CallerOf(ambient)))
        {
            await CallAsync(function);
        }

        Assert.Equal((0, 15, 0), (await folder.SpentCentsAsync(first), await folder.SpentCentsAsync(second), await folder.SpentCentsAsync(ambient)));
    }

    [Fact]
    public async Task A_caller_inside_a_wrapper_that_cannot_be_replaced_is_not_passed_over()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var (first, second) = (folder.CallerOf(await folder.MintAsync(100)), folder.CallerOf(await folder.MintAsync(100)));
        var wrapped = new ApprovalRequiredAIFunction(LookUp().WithAgentKey(folder.Guard, Policy, first));

        Assert.Throws<InvalidOperationException>(() => wrapped.WithAgentKey(second));
        Assert.Same(wrapped, wrapped.WithAgentKey(first));
        Assert.Throws<InvalidOperationException>(() => wrapped.WithAgentKey(folder.Guard, Policy, second));
    }

    [Fact]
    public async Task A_function_that_throws_costs_nothing_and_its_exception_comes_out()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(100);
        var failure = new InvalidDataException("the tool's own");
        var function = AIFunctionFactory.Create(string () => throw failure, "fails").WithAgentKey(folder.Guard, Policy, folder.CallerOf(key));

        Assert.Same(failure, await Record.ExceptionAsync(() => CallAsync(function)));

        Assert.Equal(0, await folder.SpentCentsAsync(key));
    }

    [Fact]
    public async Task What_a_function_hands_back_before_its_work_is_done_is_a_part_of_the_call()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(100);

        var read = await Raw(Numbers(fails: false)).InvokeAsync();
        await Assert.ThrowsAsync<InvalidDataException>(() => Raw(Numbers(fails: true)).InvokeAsync().AsTask());
        await Assert.ThrowsAsync<InvalidDataException>(() => Raw(FailLaterAsync()).InvokeAsync().AsTask());
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => Raw(Numbers(fails: false).ToAsyncEnumerable()).InvokeAsync().AsTask());

        Assert.Equal([1, 2], Assert.IsType<int[]>(read));
        Assert.StartsWith("look_up returned ", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(15, await folder.SpentCentsAsync(key));

        AIFunction Raw(object result) => AIFunctionFactory
            .Create(() => result, new AIFunctionFactoryOptions { MarshalResult = (raw, _, _) => new ValueTask<object?>(raw) })
            .WithAgentKey(folder.Guard, Policy, folder.CallerOf(key));
    }

    [Fact]
    public async Task A_price_by_argument_is_that_of_the_argument_that_the_model_chose()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(100);
        var policy = new ToolPolicy("rows", "tools.rows", ToolPrice.PerArgument(Cost.FromCents(2), "count", units: 10));
        var function = AIFunctionFactory.Create((long count) => count, "rows").WithAgentKey(folder.Guard, policy, folder.CallerOf(key));

        await function.InvokeAsync(new AIFunctionArguments { ["count"] = JsonSerializer.SerializeToElement(25) });
        await function.InvokeAsync(new AIFunctionArguments { ["count"] = 5 });
        Assert.Equal(6, await folder.SpentCentsAsync(key));

        foreach (var wrong in new object?[] { -1, null, "25", JsonSerializer.SerializeToElement(1.5), 25.0m })
        {
            Assert.Equal("invalid_argument", CodeOf(await function.InvokeAsync(new AIFunctionArguments { ["count"] = wrong })));
        }

        Assert.Equal("invalid_argument", CodeOf(await function.InvokeAsync([])));
        Assert.Equal(6, await folder.SpentCentsAsync(key));
    }

    [Fact]
    public async Task An_argument_that_a_price_goes_by_is_said_once_in_whatever_case()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(100);
        var policy = new ToolPolicy("rows", "tools.rows", ToolPrice.PerArgument(Cost.FromCents(2), "count"));
        var runs = 0;
        var function = AIFunctionFactory.Create((AIFunctionArguments _) => ++runs, "rows").WithAgentKey(folder.Guard, policy, folder.CallerOf(key));

        Assert.Equal("invalid_argument", CodeOf(await function.InvokeAsync(new AIFunctionArguments { ["count"] = 1, ["Count"] = 1000 })));

        Assert.Equal((0, 0), (runs, await folder.SpentCentsAsync(key)));
    }

    [Fact]
    public async Task A_tool_that_reports_its_cost_pays_that()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(100);
        var policy = new ToolPolicy("render", "tools.render", ToolPrice.UpTo(Cost.FromCents(40)));
        var function = AIFunctionFactory.Create(() => ToolCall.Current!.ReportCost(Cost.FromCents(7)), "render")
            .WithAgentKey(folder.Guard, policy, folder.CallerOf(key));

        await function.InvokeAsync();

        Assert.Equal(7, await folder.SpentCentsAsync(key));
    }

    [Fact]
    public async Task A_public_function_runs_for_anybody_and_a_rule_is_refused_when_it_is_set()
    {
        await using var folder = await KeyFolder.CreateAsync();

        Assert.Equal("seen x", Text(await CallAsync(LookUp().WithAgentKey(folder.Guard, ToolPolicy.Public("look_up")))));
        Assert.Throws<InvalidFieldException>(() => LookUp().WithAgentKey(folder.Guard, new ToolPolicy("look_up", "tools.look", ToolPrice.ByRule("R"))));
    }

    private static IEnumerable<int> Numbers(bool fails)
    {
        yield return 1;
        yield return fails ? throw new InvalidDataException() : 2;
    }

    private static async Task FailLaterAsync()
    {
        await Task.Yield();
        throw new InvalidDataException();
    }

    private static string? Text(object? result) => Assert.IsType<JsonElement>(result).GetString();

    private static string? CodeOf(object? result) => Assert.IsType<JsonElement>(result).GetProperty("code").GetString();

    private static Task<object?> CallAsync(AIFunction function) =>
        function.InvokeAsync(new AIFunctionArguments { ["what"] = "x", ["query"] = "x" }).AsTask();

    private AIFunction LookUp() => AIFunctionFactory.Create(
        (string what) =>
        {
            _runs.Add();
            return $"seen {what}";
        },
        "look_up",
        "Looks something up.");
}
