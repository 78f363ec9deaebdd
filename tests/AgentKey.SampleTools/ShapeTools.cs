using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using System.Threading;
using System.Threading.Tasks;
using AgentKey.Agents;
using Microsoft.SemanticKernel;
using ModelContextProtocol.Server;

namespace AgentKey.SampleTools;

public enum Depth
{
    Shallow,
    Deep = 7,
}

public sealed record Reply(string Text, [property: JsonPropertyName("n")] int Count, Depth? Depth);

[McpServerToolType]
[Description("One tool of each shape")]
public sealed class ShapeTools
{
    [McpServerTool(Name = "chat", Title = "Chat", Destructive = false, Idempotent = true, OpenWorld = true, ReadOnly = true, UseStructuredContent = true)]
    [McpMeta("vendor/kind", "talk")]
    [KernelFunction("chat"), Description("Chat through the proxy")]
    [AgentScope("shapes.chat"), Cost(15)]
    [return: Description("what the model said")]
    public Task<Reply> ChatAsync([Description("the prompt")] string prompt, int maxTokens = 256, CancellationToken ct = default) =>
        Task.FromResult(new Reply(prompt, maxTokens, null));

    [McpServerTool, KernelFunction, AgentScope("shapes.count"), Cost(0.2, Per = nameof(factor))]
    public int Count(int factor, params string[] words) => factor * words.Length;

    [McpServerTool, KernelFunction, AgentScope("shapes.touch")]
    public void Touch([Description("which")] Uri? target = null)
    {
    }

    [McpServerTool, KernelFunction, AgentScope("shapes.step"), Cost(UpTo = 4)]
    public async Task StepAsync(CancellationToken cancellationToken) => await Task.Delay(0, cancellationToken).ConfigureAwait(false);

    [McpServerTool(UseStructuredContent = true), KernelFunction, AgentScope("shapes.pair"), Cost(1)]
    public ValueTask<(string? Name, int Length)> PairAsync((int Left, string Right) pair) => new((pair.Right, pair.Left));

    [McpServerTool, KernelFunction, AgentScope("shapes.defaults"), Cost(1)]
    public string Defaults(
        string text = "line\n\"quoted\" \\ é",
        string? nothing = null,
        char letter = '\'',
        bool flag = true,
        sbyte small = -3,
        long large = long.MinValue,
        ulong larger = ulong.MaxValue,
        float ratio = 0.1F,
        double precise = 1e-9,
        decimal price = 1.50M,
        Depth depth = Depth.Deep,
        Depth? maybe = Depth.Shallow,
        int? none = null,
        DateTime when = default) => text + nothing + letter + flag + small + large + larger + ratio + precise + price + depth + maybe + none + when;

    [McpServerTool, KernelFunction, AgentScope("shapes.keywords"), Cost(1)]
    public string Keywords(string @class, int @await, IReadOnlyDictionary<string, List<int?>?>? @event = null) => @class + @await + @event;

    [McpServerTool, KernelFunction, AgentScope("shapes.load"), Cost(1)]
    public string LoadAsync(int page) => $"{page}";

    [McpServerTool(Name = "keep_async"), KernelFunction("Keep"), AgentScope("shapes.keep"), Cost(1)]
    public string KeepAsync() => "kept";

    [McpServerTool, KernelFunction(null), DisplayName("Show it"), AgentScope("shapes.show"), Cost(1)]
    public void ShowURL2Async()
    {
    }

    [McpServerTool, KernelFunction, AgentPublic, Description("Free for all")]
    public static string Help() => "help";

    [KernelFunction, AgentScope("shapes.stream"), Cost(2)]
    public async IAsyncEnumerable<string> StreamAsync(int most, [EnumeratorCancellation] CancellationToken ct = default)
    {
        for (var i = 0; i < most; i++)
        {
            await Task.Delay(0, ct).ConfigureAwait(false);
            yield return $"{i}";
        }
    }
}
