using AgentKey.Keys;

namespace AgentKey.AspNetCore.SelfServe;

/// <summary>How a key stands to another.</summary>
internal enum Kinship
{
    /// <summary>It does not exist, or belongs to another account: nobody can tell which.</summary>
    Stranger,

    /// <summary>It is of the same account, but not below.</summary>
    Relative,

    /// <summary>It stands below.</summary>
    Descendant,
}

/// <summary>Finds out how keys stand to each other.</summary>
internal static class Kin
{
    public static async Task<(Kinship Kinship, KeyInfo? Key)> FindAsync(
        AgentKeys keys, KeyInfo own, string keyId, CancellationToken cancellationToken)
    {
        var key = await keys.FindAsync(keyId, cancellationToken).ConfigureAwait(false);
        if (key is null || own.AccountId is null || key.AccountId != own.AccountId)
        {
            return (Kinship.Stranger, null);
        }

        // The links never change, and no minted chain is longer.
        var above = key.ParentId;
        for (var depth = 0; above is not null && depth < Storage.KeyChain.MaxLength; depth++)
        {
            if (above == own.Id)
            {
                return (Kinship.Descendant, key);
            }

            above = (await keys.FindAsync(above, cancellationToken).ConfigureAwait(false))?.ParentId;
        }

        return (Kinship.Relative, null);
    }
}
