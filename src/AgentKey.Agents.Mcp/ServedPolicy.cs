using System.Runtime.CompilerServices;

namespace AgentKey.Agents.Mcp;

/// <summary>What the attributes of a tool, prompt or resource say: who may use it, at what price, and whether it is guarded at all.</summary>
/// <param name="Policy">The policy; <see langword="null"/> for what nobody tagged.</param>
/// <param name="IsServed">Whether it may run at all: it carries a guard of its own, or is meant to be free.</param>
internal sealed record ServedPolicy(ToolPolicy? Policy, bool IsServed)
{
    private static readonly ConditionalWeakTable<IReadOnlyList<object>, ServedPolicy> Known = [];

    /// <summary>Reads the metadata that the SDK gathers from attributes. Remembered for as long as the metadata lives.</summary>
    public static ServedPolicy Of(IReadOnlyList<object> metadata) => Known.GetValue(metadata, Read);

    private static ServedPolicy Read(IReadOnlyList<object> metadata)
    {
        // The ledger's name of it is the guard's business; here the policy only says who may see what.
        var policy = metadata.OfType<ToolPolicy>().LastOrDefault() ?? ToolPolicy.Find("served", metadata);
        return new ServedPolicy(policy, policy is { IsPublic: true } || metadata.OfType<AgentGuardedAttribute>().Any());
    }
}
