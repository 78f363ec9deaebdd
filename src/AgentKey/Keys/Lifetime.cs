using System.Globalization;

namespace AgentKey.Keys;

/// <summary>How long a key lives: for ever, for a duration, or until an instant. The store's clock decides.</summary>
/// <remarks>
/// Duration text: <c>30m</c> minutes, <c>1h</c> hours, <c>7d</c> days of 24 hours, <c>1mo</c> months of 30 days, as in
/// the TypeScript library. At the instant of expiry the key is dead.
/// </remarks>
public sealed class Lifetime
{
    private const string Form = "a duration such as 30m, 1h, 7d or 1mo, or an instant such as 2027-01-31T00:00:00Z";

    private const int LongestDays = 36_500;

    private static readonly TimeSpan Longest = TimeSpan.FromDays(LongestDays);

    private readonly TimeSpan? _duration;
    private readonly DateTimeOffset? _until;

    private Lifetime(TimeSpan? duration, DateTimeOffset? until)
    {
        _duration = duration;
        _until = until;
    }

    /// <summary>The duration; <see langword="null"/> for an instant or no expiry.</summary>
    public TimeSpan? Duration => _duration;

    /// <summary>No expiry.</summary>
    public static Lifetime Forever { get; } = new(null, null);

    /// <summary>A duration, counted from the moment of creation on the store's clock.</summary>
    /// <exception cref="InvalidFieldException">It is not positive, or longer than 100 years.</exception>
    public static Lifetime For(TimeSpan duration) => duration > TimeSpan.Zero && duration <= Longest
        ? new Lifetime(duration, null)
        : throw new InvalidFieldException("expires", "is not positive or longer than 100 years", Form);

    /// <summary>Until an instant.</summary>
    public static Lifetime Until(DateTimeOffset instant) => new(null, instant.ToUniversalTime());

    /// <summary>Reads a duration or an ISO 8601 instant that carries its offset.</summary>
    /// <param name="text">The text to read.</param>
    /// <param name="field">The name that an error gives to the value.</param>
    /// <exception cref="InvalidFieldException">The text is neither, or the duration is not positive or longer than 100 years.</exception>
    public static Lifetime Parse(string? text, string field = "expires")
    {
        if (string.IsNullOrEmpty(text))
        {
            throw new InvalidFieldException(field, "is empty", Form);
        }

        if (ParseDuration(text) is { } duration)
        {
            return duration > TimeSpan.Zero && duration <= Longest
                ? new Lifetime(duration, null)
                : throw new InvalidFieldException(field, "is not positive or longer than 100 years", Form);
        }

        string[] instantForms = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK"];
        var carriesOffset = text[^1] == 'Z' || text.LastIndexOfAny(['+', '-']) > text.IndexOf('T', StringComparison.Ordinal);
        return carriesOffset && DateTimeOffset.TryParseExact(text, instantForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant)
            ? Until(instant)
            : throw new InvalidFieldException(field, "is neither a duration nor an instant with its offset", Form);
    }

    /// <summary>The instant of expiry of a key that is made at <paramref name="now"/>.</summary>
    /// <returns><see langword="null"/> for <see cref="Forever"/>.</returns>
    /// <exception cref="InvalidFieldException">The instant is not in the future, or more than 100 years away.</exception>
    internal DateTimeOffset? ExpiryFrom(DateTimeOffset now)
    {
        if ((_until ?? now + _duration) is not { } expiry)
        {
            return null;
        }

        return expiry > now && expiry - now <= Longest
            ? expiry
            : throw new InvalidFieldException("expires", "is not in the future or more than 100 years away", Form);
    }

    private static TimeSpan? ParseDuration(string text)
    {
        var digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        if (digits <= 0 || !long.TryParse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            return null;
        }

        long? minutes = text[digits..] switch
        {
            "m" => 1,
            "h" => 60,
            "d" => 24 * 60,
            "mo" => 30 * 24 * 60,
            _ => null,
        };
        if (minutes is null)
        {
            return null;
        }

        const long longestMinutes = LongestDays * 24L * 60;
        return count > longestMinutes / minutes.Value ? TimeSpan.MaxValue : TimeSpan.FromMinutes(count * minutes.Value);
    }
}
