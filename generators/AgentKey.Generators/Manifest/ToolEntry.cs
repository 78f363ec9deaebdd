namespace AgentKey.Generators.Manifest;

/// <summary>One tool as the manifest lists it.</summary>
/// <param name="Method">Which method it is, e.g. <c>Demo.ProxyTools.ChatAsync</c>; with its parameters' types where the class overloads it.</param>
/// <param name="Tool">The tool as the ledger names it.</param>
/// <param name="Scope">The scope that a key must hold; null for a public tool.</param>
/// <param name="Price">The price for people, exactly.</param>
/// <param name="OnFailure">What happens to the money when the tool fails: <c>refund</c> or <c>keep</c>.</param>
/// <param name="OnCancellation">The same for a cancelled call.</param>
/// <param name="Schema">A hash of what agents are told of the tool: names, descriptions, types and default values.</param>
internal sealed record ToolEntry(string Method, string Tool, string? Scope, string Price, string OnFailure, string OnCancellation, string Schema)
{
    public const string Refund = "refund";
    public const string Keep = "keep";
}
