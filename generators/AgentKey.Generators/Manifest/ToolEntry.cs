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

    /// <summary>An entry as the attribute in an assembly has it.</summary>
    /// <param name="method">The attribute's one argument.</param>
    /// <param name="named">Gives its named arguments; null for one that is not there.</param>
    public static ToolEntry Of(string method, Func<string, object?> named) => new(
        method,
        named("Tool") as string ?? "",
        named("Scope") as string,
        named("Price") as string ?? "",
        // FailureOutcome: 0 is Refund, 1 is Keep.
        named("OnFailure") is 1 ? Keep : Refund,
        named("OnCancellation") is 0 ? Refund : Keep,
        named("Schema") as string ?? "");
}
