using AgentKey.AspNetCore.SelfServe;

namespace AgentKey.Serve.AdminPlane;

/// <summary>A page of keys, ordered by id.</summary>
/// <param name="Keys">The keys, without their secrets.</param>
/// <param name="After">What to ask the next page with; null when this was the last one.</param>
internal sealed record KeyListDocument(IReadOnlyList<KeyDocument> Keys, string? After);

/// <summary>A key and its secret. Of a repeated request the secret is null: it is shown once.</summary>
internal sealed record MintedDocument(string? Secret, KeyDocument Key)
{
    /// <summary>Never the secret.</summary>
    public override string ToString() => Key.Prefix;
}
