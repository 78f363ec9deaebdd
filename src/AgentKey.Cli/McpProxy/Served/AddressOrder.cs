namespace AgentKey.Cli.McpProxy.Served;

/// <summary>
/// Which entry of the policy an address goes by: its own, else the first template that can make it, whether the server has
/// that or not. One that the server may read as the address of another entry goes by none: it would be had at this one's price.
/// </summary>
internal sealed class AddressOrder
{
    private readonly OrderedDictionary<string, AddressPattern> _patterns;
    private readonly AddressPattern[] _readings;
    private readonly HashSet<string> _own;
    private readonly HashSet<Uri> _ownUris;

    /// <param name="names">The entries, in the order of the policy.</param>
    public AddressOrder(IEnumerable<string> names)
    {
        _patterns = new(names.Select(name => KeyValuePair.Create(name, new AddressPattern(name))), StringComparer.Ordinal);
        _readings = [.. _patterns.Keys.Select(name => new AddressPattern(name, isCaseSensitive: false))];
        var own = _patterns.Keys.Where(name => !name.Contains('{', StringComparison.Ordinal)).ToArray();
        _own = own.Select(name => AddressReading.KeyOf(AddressReading.Plain(name))).ToHashSet(StringComparer.OrdinalIgnoreCase);
        _ownUris = [.. own.Select(FindUri).OfType<Uri>()];
    }

    public string? EntryOf(string address)
    {
        if (_patterns.ContainsKey(address))
        {
            return address;
        }

        var entry = _patterns.FirstOrDefault(each => each.Value.IsMatch(address)).Key;
        return entry is not null && IsReadOnlyAs(_patterns.IndexOf(entry), address) ? entry : null;
    }

    /// <summary>Whether an address goes by this entry.</summary>
    public bool IsEntryOf(string name, string address) => _patterns[name].IsMatch(address) && EntryOf(address) == name;

    private static Uri? FindUri(string address) => Uri.TryCreate(address, UriKind.Absolute, out var uri) ? uri : null;

    private bool IsReadOnlyAs(int template, string address)
    {
        if (AddressReading.FindDecoded(address) is not { } decoded || AddressReading.IsWandering(address, decoded) || (FindUri(address) is { } uri && _ownUris.Contains(uri)))
        {
            return false;
        }

        var (plain, inside) = (AddressReading.Plain(address), AddressReading.Plain(decoded));

        // A value may hold a delimiter in its encoded form, so that decoded it fits no template at all.
        return !_own.Contains(AddressReading.KeyOf(plain)) && !_own.Contains(AddressReading.KeyOf(inside))
            && FirstReading(plain) == template && (FirstReading(inside) is var read && (read == template || read < 0));
    }

    private int FirstReading(string address) => Array.FindIndex(_readings, each => each.IsMatch(address));
}
