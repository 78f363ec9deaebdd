using AgentKey.ModelServer;

namespace AgentKey.Agents.SemanticKernel.Tests.Examples;

/// <summary>The example as a person starts it: a process of its own.</summary>
public sealed class CappedKernelTests
{
    [Fact]
    public async Task The_runaway_is_stopped_the_others_finish_and_the_ledger_adds_up()
    {
        var (exitCode, output, error) = await CappedKernelProcess.RunAsync();

        Assert.Equal("", error);
        Assert.Equal(0, exitCode);
        Assert.Contains("supervisor: The harbour froze in the winter of 1893.", output, StringComparison.Ordinal);
        Assert.Equal(["archivist $0.20 $0.12 $0.12 finished"], CappedKernelProcess.RowsOf(output, "archivist"));
        Assert.Equal(["editor $0.20 $0.12 $0.12 finished"], CappedKernelProcess.RowsOf(output, "editor"));
        Assert.Equal(["wanderer $0.20 $0.20 $0.20 budget_exhausted"], CappedKernelProcess.RowsOf(output, "wanderer"));
        Assert.Equal(["supervisor $1.00 $0.48 $0.04"], CappedKernelProcess.RowsOf(output, "supervisor"));
        Assert.EndsWith("Every key paid for itself, and the ledger adds up.\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_usual_variables_name_another_model()
    {
        await using var model = await ScriptedModelServer.StartAsync(_ => ModelReply.Say("I know it by heart."), TestContext.Current.CancellationToken);

        var (exitCode, output, _) = await CappedKernelProcess.RunAsync(
            ("OPENAI_API_KEY", "no-key"), ("OPENAI_BASE_URL", model.Endpoint.ToString()), ("OPENAI_MODEL", "heartfelt"));

        Assert.Equal(0, exitCode);
        Assert.Contains("supervisor: I know it by heart.", output, StringComparison.Ordinal);
        Assert.Equal("heartfelt", Assert.Single(model.Requests).Model);
        Assert.DoesNotContain("no-key", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_fails_is_no_success()
    {
        await using var model = await ScriptedModelServer.StartAsync(_ => ModelReply.Fail(400, "broken", "out of order"), TestContext.Current.CancellationToken);

        var (exitCode, _, _) = await CappedKernelProcess.RunAsync(("OPENAI_API_KEY", "no-key"), ("OPENAI_BASE_URL", model.Endpoint.ToString()));

        Assert.NotEqual(0, exitCode);
    }
}
