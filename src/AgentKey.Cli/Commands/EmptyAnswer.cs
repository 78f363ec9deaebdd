using AgentKey.Cli.Output;

namespace AgentKey.Cli.Commands;

/// <summary>Tells a key that has nothing to show from one that is not there.</summary>
internal static class EmptyAnswer
{
    /// <summary>That the key is not there, when nothing was found of it: what the ledger says of a key that the host has deleted is told all the same.</summary>
    /// <returns><see langword="null"/> when something was found, the key is there, or no key was asked for.</returns>
    public static async Task<CommandResult?> OfMissingKeyAsync(AgentKeys keys, string? keyId, int found, CancellationToken cancellationToken) =>
        found == 0 && keyId is not null && await keys.FindAsync(keyId, cancellationToken) is null ? CommandResult.NotFound(keyId) : null;
}
