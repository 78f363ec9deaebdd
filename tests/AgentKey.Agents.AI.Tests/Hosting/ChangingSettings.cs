using System.Collections;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace AgentKey.Agents.AI.Tests.Hosting;

/// <summary>An application's configuration that changes while it runs.</summary>
internal sealed class ChangingSettings : IEnumerable<KeyValuePair<string, string?>>
{
    private readonly Dictionary<string, string?> _values = [];
    private readonly Provider _provider = new();

    public string? this[string key]
    {
        get => _values[key];
        set => _values[key] = value;
    }

    public IConfigurationRoot Build()
    {
        _provider.Replace(_values);
        return new ConfigurationRoot([_provider]);
    }

    public void Change(string key, string value)
    {
        _values[key] = value;
        _provider.Replace(_values);
    }

    public IEnumerator<KeyValuePair<string, string?>> GetEnumerator() => _values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private sealed class Provider : ConfigurationProvider
    {
        public void Replace(Dictionary<string, string?> values)
        {
            Data = new Dictionary<string, string?>(values, StringComparer.OrdinalIgnoreCase);
            OnReload();
        }
    }
}
