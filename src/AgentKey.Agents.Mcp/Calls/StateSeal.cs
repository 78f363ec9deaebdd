using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;

namespace AgentKey.Agents.Mcp.Calls;

/// <summary>
/// Signs what travels through the client between two rounds (HMAC-SHA256). Not encrypted: the protocol's own state is
/// not either, and nothing in it is secret.
/// </summary>
internal sealed class StateSeal
{
    // Bound into the signature, so that nothing else that is ever signed with the key can pass for a state.
    private static readonly byte[] Purpose = Encoding.ASCII.GetBytes("agentkey mcp state 1\n");

    private readonly byte[] _key;

    public StateSeal(IOptions<AgentKeysMcpOptions> options) =>
        _key = options.Value.StateKey?.ToArray() ?? RandomNumberGenerator.GetBytes(AgentKeysMcpOptions.ShortestStateKey);

    public string Close(SealedRound round)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(round, SealedRoundJson.Default.SealedRound);
        return $"{Base64Url.EncodeToString(content)}.{Base64Url.EncodeToString(Sign(content))}";
    }

    /// <summary>The round, when this very server, or one that shares its key, wrote it.</summary>
    public bool TryOpen(string state, [NotNullWhen(true)] out SealedRound? round)
    {
        round = null;
        if (state.Split('.') is not [var text, var signature]
            || !TryDecode(text, out var content)
            || !TryDecode(signature, out var presented)
            || !CryptographicOperations.FixedTimeEquals(presented, Sign(content)))
        {
            return false;
        }

        round = JsonSerializer.Deserialize(content, SealedRoundJson.Default.SealedRound);
        return round is not null;
    }

    private byte[] Sign(byte[] content)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        hash.AppendData(Purpose);
        hash.AppendData(content);
        return hash.GetHashAndReset();
    }

    private static bool TryDecode(string text, out byte[] bytes)
    {
        bytes = Base64Url.IsValid(text) ? Base64Url.DecodeFromChars(text) : [];
        return bytes.Length > 0;
    }
}
