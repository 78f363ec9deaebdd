using System.Text.Json;
using AgentKey.Cli.McpProxy.Policies;
using ModelContextProtocol;
using ModelContextProtocol.Server;

namespace AgentKey.Cli.McpProxy.Served;

/// <summary>What is served of one kind. Changes only where the server has changed, so that clients hear of nothing else. Safe for any number of threads.</summary>
internal sealed class ServedList<TServed>(McpServerPrimitiveCollection<TServed> served)
    where TServed : IMcpServerPrimitive
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, string> _looks = new(StringComparer.Ordinal);

    /// <summary>Puts what the server has and the policy names in the place of what the server had.</summary>
    public void Replace<TRemote>(IEnumerable<(string Name, TRemote Remote)> found, IReadOnlyDictionary<string, PolicyEntry> policy, Func<TRemote, PolicyEntry, TServed> make)
        where TRemote : notnull
    {
        lock (_lock)
        {
            using var oneNotice = served.DeferChangedEvents();
            var priced = found.Where(each => policy.ContainsKey(each.Name)).DistinctBy(each => each.Name, StringComparer.Ordinal).ToArray();
            foreach (var name in _looks.Keys.Except(priced.Select(each => each.Name), StringComparer.Ordinal).ToArray())
            {
                Remove(name);
            }

            foreach (var (name, remote) in priced)
            {
                var look = JsonSerializer.Serialize(remote, remote.GetType(), McpJsonUtilities.DefaultOptions);
                if (_looks.GetValueOrDefault(name) != look)
                {
                    Remove(name);
                    served.TryAdd(make(remote, policy[name]));
                    _looks[name] = look;
                }
            }
        }
    }

    private void Remove(string name)
    {
        if (_looks.Remove(name) && served.TryGetPrimitive(name, out var old))
        {
            served.Remove(old);
        }
    }
}
