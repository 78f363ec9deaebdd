using AgentKey.Postgres;
using AgentKey.Sqlite;
using AgentKey.Storage;

namespace HttpProxy;

/// <summary>Where the keys are, where calls go, and the one key that they carry there.</summary>
internal sealed class ProxySettings
{
    private const string DefaultStore = "sqlite:agentkey.db";
    private const string DefaultUpstream = "https://api.openai.com/v1/chat/completions";

    private readonly string _store;

    private ProxySettings(string store, Uri upstream, string upstreamKey)
    {
        _store = store;
        Upstream = upstream;
        UpstreamKey = upstreamKey;
    }

    /// <summary>An endpoint that speaks OpenAI's chat completions.</summary>
    public Uri Upstream { get; }

    /// <summary>The operator's key for it. Agents never see it, and it never sees theirs.</summary>
    public string UpstreamKey { get; }

    public static ProxySettings Of(IConfiguration configuration)
    {
        var upstream = configuration["upstream"] ?? DefaultUpstream;
        if (!Uri.TryCreate(upstream, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw new ArgumentException($"--upstream: {upstream} is not an address like {DefaultUpstream}");
        }

        // From the environment only: others can read a command line.
        var key = Environment.GetEnvironmentVariable("OPENAI_API_KEY");
        return string.IsNullOrEmpty(key)
            ? throw new ArgumentException("OPENAI_API_KEY: is not set; it holds the key for the upstream")
            : new ProxySettings(configuration["store"] ?? configuration["AGENTKEY_STORE"] ?? DefaultStore, address, key);
    }

    /// <summary>Opens the store of <c>--store</c> or AGENTKEY_STORE.</summary>
    public IKeyStore OpenStore() => _store.Split(':', 2) switch
    {
        ["sqlite", { Length: > 0 } path] => SqliteKeyStore.Open(path),
        ["postgres", { Length: > 0 } connectionString] => PostgresKeyStore.Open(connectionString),
        _ => throw new ArgumentException("--store: accepted are sqlite:PATH and postgres:CONNECTION-STRING"),
    };
}
