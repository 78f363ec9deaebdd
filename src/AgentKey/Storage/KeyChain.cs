namespace AgentKey.Storage;

/// <summary>A key and the keys above it, up to the root. The links never change, so a process may remember them.</summary>
/// <param name="Ids">The key, its parent, …, the root.</param>
/// <param name="AccountId">The account of the root, whose ceilings the whole chain spends from, as its row said; compared again under the lock.</param>
public sealed record KeyChain(IReadOnlyList<string> Ids, string? AccountId)
{
    /// <summary>The most keys that a store follows. No minted chain is longer.</summary>
    public const int MaxLength = 16;

    /// <summary>The key itself.</summary>
    public string KeyId => Ids[0];

    /// <summary>The key above all others; keys of one root are decided in one lane.</summary>
    public string RootId => Ids[^1];

    /// <summary>Whether the links lead in a circle, to a row that is not there, or too far up: never followed, always refused.</summary>
    public bool IsBroken { get; init; }

    /// <summary>Reads what a store found when it followed the links.</summary>
    /// <param name="links">Id and parent of the key, of its parent and so on; at most <see cref="MaxLength"/>.</param>
    /// <param name="accountId">The account that the row of the last of them says.</param>
    /// <returns><see langword="null"/> when nothing was found.</returns>
    public static KeyChain? Of(IReadOnlyList<(string Id, string? ParentId)> links, string? accountId)
    {
        ArgumentNullException.ThrowIfNull(links);
        return links.Count == 0
            ? null
            : new KeyChain([.. links.Select(link => link.Id)], accountId) { IsBroken = links[^1].ParentId is not null };
    }
}
