using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentKey.Agents.AI.Prices;

/// <summary>Prices from a JSON file, read again when the file has changed.</summary>
/// <remarks>
/// A changed file that cannot be read leaves the prices as they were, and is logged once. Safe for use from any number
/// of threads.
/// </remarks>
public sealed partial class PriceFile : IPriceSource
{
    private readonly string _path;
    private readonly ILogger _logger;
    private volatile Version _version;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file, in the form that <see cref="PriceBook.Parse"/> reads.</param>
    /// <param name="logger">Receives what is wrong with a file that changed.</param>
    /// <exception cref="InvalidFieldException">The file is malformed.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public PriceFile(string path, ILogger<PriceFile>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        _path = Path.GetFullPath(path);
        _logger = logger ?? NullLogger<PriceFile>.Instance;
        _version = new Version(StampOf(_path), PriceBook.Parse(File.ReadAllText(_path)));
    }

    /// <inheritdoc/>
    public PriceBook Current
    {
        get
        {
            // Asking the file costs microseconds beside a model call, and unlike a watcher it misses nothing.
            var version = _version;
            var stamp = StampOf(_path);
            if (stamp != version.Stamp)
            {
                _version = version = new Version(stamp, TryRead() ?? version.Book);
            }

            return version.Book;
        }
    }

    private static (DateTime WrittenAt, long Length) StampOf(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
    }

    private PriceBook? TryRead()
    {
        try
        {
            return PriceBook.Parse(File.ReadAllText(_path));
        }
        catch (Exception fault) when (fault is InvalidFieldException or IOException or UnauthorizedAccessException)
        {
            LogUnreadable(fault, _path);
            return null;
        }
    }

    [LoggerMessage(2101, LogLevel.Error, "The prices in {Path} cannot be read; those of before stay in force")]
    private partial void LogUnreadable(Exception exception, string path);

    private sealed record Version((DateTime WrittenAt, long Length) Stamp, PriceBook Book);
}
