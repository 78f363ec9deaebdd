namespace AgentKey.Cli.McpProxy.Served;

/// <summary>Which entry of the policy an address goes by: its own, else the first template that can make it, whether the server has that or not.</summary>
/// <param name="names">The entries, in the order of the policy.</param>
internal sealed class AddressOrder(IEnumerable<string> names)
{
    private readonly OrderedDictionary<string, AddressPattern> _patterns =
        new(names.Select(name => KeyValuePair.Create(name, new AddressPattern(name))), StringComparer.Ordinal);

    public string? EntryOf(string address) => _patterns.ContainsKey(address) ? address : _patterns.FirstOrDefault(entry => entry.Value.IsMatch(address)).Key;

    /// <summary>Whether an address goes by this entry.</summary>
    public bool IsEntryOf(string name, string address) => _patterns[name].IsMatch(address) && EntryOf(address) == name;
}
