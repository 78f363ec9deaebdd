using AgentKey.Agents.AI.Prices;
using AgentKey.Keys;
using AgentKey.ModelServer;
using Microsoft.Extensions.AI;

namespace AgentKey.Agents.AI.Tests.Hosting;

/// <summary>Metered clients at prices that can be added up in the head: a cent for a token read, two for one written.</summary>
internal static class Metered
{
    /// <summary>The output cap of the meter, unless a test sets another.</summary>
    public const int OutputCap = 10;

    /// <summary>The estimate for <see cref="Ask"/>: one word, and the marks around the conversation and the message.</summary>
    public const int EstimatedInput = 4 + 4 + 1;

    /// <summary>What is held for <see cref="Ask"/>.</summary>
    public const int HeldCents = EstimatedInput + (2 * OutputCap);

    public const string Ask = "go";

    public static PriceBook Book { get; } = PriceBook.Parse($$"""
        { "prices": [ { "model": "{{OpenAIClients.Model}}", "input": 10000, "output": 20000 } ] }
        """);

    public static void Configure(MeteringOptions options, KeyFolder folder, Caller? caller)
    {
        options.Guard = folder.Guard;
        options.Prices = Book;
        options.Caller = caller;
        options.OutputCap = OutputCap;
        options.CountTokens = text => text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
    }

    public static ChatClientBuilder UseMeter(this ChatClientBuilder builder, KeyFolder folder, Caller? caller, Action<MeteringOptions>? more = null) =>
        builder.UseAgentKeyMetering(options =>
        {
            Configure(options, folder, caller);
            more?.Invoke(options);
        });

    public static IChatClient Client(ScriptedModelServer server, KeyFolder folder, Caller? caller, Action<MeteringOptions>? more = null) =>
        OpenAIClients.For(server).AsBuilder().UseMeter(folder, caller, more).Build();

    public static async Task<string> SendAsync(IChatClient client, bool streams, ChatOptions? options = null) => streams
        ? string.Concat((await client.GetStreamingResponseAsync(Ask, options).ToListAsync()).Select(update => update.Text))
        : (await client.GetResponseAsync(Ask, options)).Text;
}
