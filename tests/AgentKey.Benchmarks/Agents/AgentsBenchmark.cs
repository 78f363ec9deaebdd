using System.ClientModel;
using System.Globalization;
using AgentKey.Agents;
using AgentKey.Agents.AI;
using AgentKey.Agents.AI.Prices;
using AgentKey.Agents.SemanticKernel;
using AgentKey.Keys;
using AgentKey.ModelServer;
using AgentKey.Money;
using AgentKey.Postgres;
using AgentKey.Storage;
using AgentKey.TestSupport;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;
using OpenAI;
using Spectre.Console;

namespace AgentKey.Benchmarks.Agents;

/// <summary>
/// What a guard adds to a tool call, and a meter to a model call, over the bare stack; and how many calls 64 agents make on
/// 64 keys of one parent. The model is a local server that speaks OpenAI's wire format, read by the real client library.
/// </summary>
internal static class AgentsBenchmark
{
    private const int Members = 64;
    private const string Model = "scripted";

    public static async Task RunAsync(TimeSpan duration)
    {
        await using var model = await ScriptedModelServer.StartAsync(_ => ModelReply.Say("yes") with { Usage = new ModelUsage(10, 5) });
        var server = await PostgresServer.GetAsync();
        var costs = new Table().AddColumns("call", "store", "bare µs", "guarded µs", "added µs", "added bytes");
        var measurements = new List<Measurement>();
        await using (var baseline = await BaselineTarget.CreateAsync(await server.CreateDatabaseAsync(), Members))
        {
            measurements.Add(await Measurement.RunAsync(baseline, Members, Members, duration));
        }

        foreach (var (name, store) in new (string, IKeyStore)[] { ("SQLite", FreshStore.CreateSqlite().Open()), ("Postgres", PostgresKeyStore.Open(await server.CreateDatabaseAsync())) })
        {
            await using var team = await AgentTeam.CreateAsync($"64 agents, {name}", store, Members);
            foreach (var (call, bare, guarded) in Calls(team, model.Endpoint))
            {
                Add(costs, call, name, await CallCost.CompareAsync(bare, guarded, duration / 4));
            }

            measurements.Add(await Measurement.RunAsync(team, Members, Members, duration));
        }

        AnsiConsole.Profile.Width = 140;
        AnsiConsole.Write(costs);
        Report.Print(measurements, isJson: false);
    }

    private static IEnumerable<(string Name, Func<Task> Bare, Func<Task> Guarded)> Calls(AgentTeam team, Uri endpoint)
    {
        var tool = team.ToolOf(0);
        var question = new AIFunctionArguments { ["topic"] = "x" };
        yield return ("tool, AIFunction", () => AgentTeam.RawTool.InvokeAsync(question).AsTask(), () => tool.InvokeAsync(question).AsTask());

        var (bareKernel, keyedKernel) = (BareKernel(endpoint), KeyedKernel(team, endpoint));
        var (raw, guarded) = (RawFunction(), RawFunction().WithAgentKey(team.Guard, new ToolPolicy("look_up", "tools.look", Cost.FromCents(1))));
        var arguments = new KernelArguments { ["topic"] = "x" };
        yield return ("tool, Semantic Kernel", () => bareKernel.InvokeAsync(raw, arguments), () => keyedKernel.InvokeAsync(guarded, arguments));

        var (bareClient, meteredClient) = (Client(endpoint), Client(endpoint).AsBuilder().UseAgentKeyMetering(options => Meter(options, team)).Build());
        var options = new ChatOptions { MaxOutputTokens = 10 };
        yield return ("model, IChatClient", () => bareClient.GetResponseAsync("go", options), () => meteredClient.GetResponseAsync("go", options));
        yield return ("model, Semantic Kernel", () => bareKernel.InvokePromptAsync("go"), () => keyedKernel.InvokePromptAsync("go"));
    }

    private static KernelFunction RawFunction() => KernelFunctionFactory.CreateFromMethod((string topic) => topic, "look_up");

    private static Kernel BareKernel(Uri endpoint)
    {
        var builder = Kernel.CreateBuilder();
        builder.Services.AddSingleton(Client(endpoint).AsBuilder().UseKernelFunctionInvocation().Build());
        return builder.Build();
    }

    private static Kernel KeyedKernel(AgentTeam team, Uri endpoint)
    {
        var builder = Kernel.CreateBuilder();
        builder.Services.AddSingleton(team.Keys);
        builder.Services.AddSingleton(team.Guard);
        builder.AddMeteredChatClient(_ => Client(endpoint), options => Meter(options, team));
        builder.AddAgentKeys();
        return builder.Build().WithAgentKey(team.Caller);
    }

    private static IChatClient Client(Uri endpoint) =>
        new OpenAIClient(new ApiKeyCredential("no-key"), new OpenAIClientOptions { Endpoint = endpoint }).GetChatClient(Model).AsIChatClient();

    private static void Meter(MeteringOptions options, AgentTeam team)
    {
        options.Guard = team.Guard;
        options.Caller = team.Caller;
        options.Prices = PriceBook.Parse("""{ "prices": [ { "model": "scripted", "input": 1, "output": 2 } ] }""");
        options.OutputCap = 10;
    }

    private static void Add(Table table, string call, string store, (CallCost Bare, CallCost Guarded) costs) => table.AddRow(
        call, store, Microseconds(costs.Bare.Time), Microseconds(costs.Guarded.Time), Microseconds(costs.Guarded.Time - costs.Bare.Time),
        (costs.Guarded.Bytes - costs.Bare.Bytes).ToString("N0", CultureInfo.InvariantCulture));

    private static string Microseconds(TimeSpan span) => ((decimal)span.Ticks / TimeSpan.TicksPerMicrosecond).ToString("N1", CultureInfo.InvariantCulture);
}
