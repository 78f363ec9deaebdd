using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Primitives;

namespace AgentKey.Agents.AI.Prices;

/// <summary>Prices from the application's configuration, read again when it was reloaded.</summary>
/// <remarks>
/// A reloaded configuration that is malformed leaves the prices as they were, and is logged once. Safe for use from any
/// number of threads.
/// </remarks>
public sealed partial class PriceConfiguration : IPriceSource
{
    private readonly IConfigurationSection _section;
    private readonly ILogger _logger;
    private volatile Version _version;

    /// <summary>Reads a section whose children are the rows, e.g. <c>AgentKey:Prices</c>.</summary>
    /// <param name="section">The section.</param>
    /// <param name="logger">Receives what is wrong with a section that changed.</param>
    /// <exception cref="InvalidFieldException">A row is malformed. The error names it.</exception>
    public PriceConfiguration(IConfigurationSection section, ILogger<PriceConfiguration>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(section);
        _section = section;
        _logger = logger ?? NullLogger<PriceConfiguration>.Instance;
        _version = new Version(section.GetReloadToken(), Read());
    }

    /// <inheritdoc/>
    public PriceBook Current
    {
        get
        {
            var version = _version;
            if (version.Token.HasChanged)
            {
                // The next token first: a reload in the middle of the reading is then seen by the next call.
                var token = _section.GetReloadToken();
                _version = version = new Version(token, TryRead() ?? version.Book);
            }

            return version.Book;
        }
    }

    private static PriceField FieldOf(IConfigurationSection field) =>
        new(field.Key, field.Value, [.. field.GetChildren().Select(item => item.Value)]);

    private PriceBook Read() => new(_section.GetChildren().Select(row => PriceRow.Read(row.Path, row.GetChildren().Select(FieldOf))));

    private PriceBook? TryRead()
    {
        try
        {
            return Read();
        }
        catch (InvalidFieldException fault)
        {
            LogMalformed(fault, _section.Path);
            return null;
        }
    }

    [LoggerMessage(2102, LogLevel.Error, "The prices in the configuration section {Section} are malformed; those of before stay in force")]
    private partial void LogMalformed(Exception exception, string section);

    private sealed record Version(IChangeToken Token, PriceBook Book);
}
