using System.ComponentModel;

namespace AgentKey.Agents;

/// <summary>
/// One tool in the manifest of an assembly. The generator writes it, for <c>agentkey tools</c>, for the rule AK0024 and
/// for whoever lists tools at run time; written by hand it guards nothing.
/// </summary>
/// <param name="method">Which method it is, e.g. <c>Demo.ProxyTools.ChatAsync</c>.</param>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class AgentToolEntryAttribute(string method) : Attribute
{
    /// <summary>The method with its class and namespace, and with its parameters' types where the class overloads it.</summary>
    public string Method { get; } = method;

    /// <summary>The tool as the ledger names it, e.g. <c>ProxyTools.ChatAsync</c>.</summary>
    public string Tool { get; set; } = "";

    /// <summary>The scope that a key must hold; <see langword="null"/> for a public tool.</summary>
    public string? Scope { get; set; }

    /// <summary>The price as <see cref="ToolPrice"/> writes it, e.g. <c>$0.15</c>.</summary>
    public string Price { get; set; } = "";

    /// <summary>What happens to the money when the tool throws, or returns what its protocol calls a failure.</summary>
    public FailureOutcome OnFailure { get; set; } = FailureOutcome.Refund;

    /// <summary>What happens to the money when the call is cancelled after the work began.</summary>
    public FailureOutcome OnCancellation { get; set; } = FailureOutcome.Keep;

    /// <summary>A hash of what agents are told of the tool, e.g. <c>sha256:…</c>: it changes with names, descriptions, types and default values.</summary>
    public string Schema { get; set; } = "";
}
