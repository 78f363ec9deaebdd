using AgentKey.Charging;
using AgentKey.Storage;

namespace AgentKey.Keys;

/// <summary>A reader who came while another read was under way, and waits for the next.</summary>
internal sealed class PendingRead(IReadOnlyCollection<string> keyIds, IHost host) : PendingAnswer<IReadOnlyDictionary<string, StoredKeyDetails>>(host)
{
    public IReadOnlyCollection<string> KeyIds { get; } = keyIds;
}
