using Microsoft.Extensions.Logging;

namespace AgentKey.Serve;

/// <summary>Where <see cref="KeyServer"/> listens, and who may ask. Read once, at the start.</summary>
public sealed class KeyServerOptions
{
    /// <summary>The tokens of the applications that may charge. Without one nothing starts.</summary>
    public required AccessTokens DataTokens { get; init; }

    /// <summary>Where applications ask: <c>http://</c>, an address and a port; port 0 for any free one. The default is this machine only.</summary>
    public string DataUrl { get; init; } = "http://127.0.0.1:7400";

    /// <summary>The tokens of the operators; <see langword="null"/>, the default, for no admin plane at all. None may be a data token too.</summary>
    public AccessTokens? AdminTokens { get; init; }

    /// <summary>Where operators administer, a listener of its own. The default is this machine only.</summary>
    public string AdminUrl { get; init; } = "http://127.0.0.1:7401";

    /// <summary>Where Prometheus may scrape <c>/metrics</c>, without a token; <see langword="null"/>, the default, for nowhere.</summary>
    public string? MetricsUrl { get; init; }

    /// <summary>Sets up the log; <see langword="null"/> for none.</summary>
    public Action<ILoggingBuilder>? ConfigureLogging { get; init; }
}
