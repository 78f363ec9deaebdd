using System.IO.Pipelines;
using System.Text.Json;
using AgentKey.Agents.SemanticKernel.Tests.Hosting;
using AgentKey.ModelServer;
using AgentKey.Money;
using Microsoft.Extensions.AI;
using Microsoft.SemanticKernel;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.Agents.SemanticKernel.Tests;

/// <summary>Ways to call a kernel function past every filter of its kernel: they end at the guard inside the function.</summary>
public sealed class AIFunctionTests
{
    [Fact]
    public async Task Finding1_A_function_called_as_an_ai_function_without_a_key_does_not_run()
    {
        await using var host = await KernelHost.StartAsync(Connector.ChatClient, _ => ModelReply.Say("done"));
        AIFunction function = host.Root.Plugins["CountedTools"]["work"];

        var result = await function.InvokeAsync([], TestContext.Current.CancellationToken);

        Assert.Equal("no_caller", CodeOf(result));
        Assert.Equal(0, host.Bodies);
    }

    [Fact]
    public async Task A_function_called_as_an_ai_function_of_a_keyed_kernel_is_paid_for()
    {
        await using var host = await KernelHost.StartAsync(Connector.ChatClient, _ => ModelReply.Say("done"));
        var key = await host.MintAsync(15, "test.*");
        var kernel = host.Root.WithAgentKey(key.Secret);
        AIFunction function = kernel.Plugins["CountedTools"]["work"].WithKernel(kernel);

        var first = await function.InvokeAsync([], TestContext.Current.CancellationToken);
        var second = await function.InvokeAsync([], TestContext.Current.CancellationToken);

        Assert.Equal("done", first!.ToString());
        Assert.Equal("budget_exhausted", CodeOf(second));
        Assert.Equal(1, host.Bodies);
        Assert.Equal(Cost.FromCents(15), await host.SpentAsync(key));
    }

    [Fact]
    public async Task A_chat_client_that_knows_no_kernel_gets_a_refusal_to_read_and_stops()
    {
        await using var host = await KernelHost.StartAsync(Connector.ChatClient, request =>
            request.Last.Role == "tool" ? ModelReply.Say("that is it") : ModelReply.Call(new ModelToolCall("call_1", "CountedTools_work")));
        var key = await host.MintAsync(14, "test.*");
        var kernel = host.Root.WithAgentKey(key.Secret);
        using var client = Connector.RawClient(host.Model.Endpoint).AsBuilder().UseFunctionInvocation().Build();

        var response = await client.GetResponseAsync(
            "go",
            new ChatOptions { Tools = [kernel.Plugins["CountedTools"]["work"].WithKernel(kernel)] },
            TestContext.Current.CancellationToken);

        Assert.Equal("that is it", response.Text);
        Assert.Equal(2, host.ModelCalls);
        Assert.Contains("budget_exhausted", host.Model.Requests.Last().Last.Text, StringComparison.Ordinal);
        Assert.Equal(0, host.Bodies);
    }

    [Fact]
    public async Task Finding2_A_function_served_over_mcp_does_not_run_without_a_key()
    {
        await using var host = await KernelHost.StartAsync(Connector.ChatClient, _ => ModelReply.Say("done"));
        Pipe toServer = new(), toClient = new();
        await using var server = McpServer.Create(
            new StreamServerTransport(toServer.Reader.AsStream(), toClient.Writer.AsStream()),
            new McpServerOptions { ToolCollection = [McpServerTool.Create(host.Root.Plugins["CountedTools"]["work"])] },
            serviceProvider: host.Root.Services);
        var running = server.RunAsync(TestContext.Current.CancellationToken);
        await using var client = await McpClient.CreateAsync(
            new StreamClientTransport(toServer.Writer.AsStream(), toClient.Reader.AsStream()),
            cancellationToken: TestContext.Current.CancellationToken);

        var result = await client.CallToolAsync("CountedTools_work", cancellationToken: TestContext.Current.CancellationToken);

        Assert.Contains("no_caller", Assert.IsType<TextContentBlock>(Assert.Single(result.Content)).Text, StringComparison.Ordinal);
        Assert.Equal(0, host.Bodies);
        Assert.False(running.IsFaulted);
    }

    private static string? CodeOf(object? result) => Assert.IsType<JsonElement>(result).GetProperty("code").GetString();
}
