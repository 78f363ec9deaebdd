namespace AgentKey.Scopes;

/// <summary>The scopes that a key holds. Immutable.</summary>
public sealed class ScopeSet : IEquatable<ScopeSet>
{
    /// <summary>The most scopes that one key may hold.</summary>
    public const int MaxCount = 64;

    private readonly string[]? _held;

    private ScopeSet(string[]? held) => _held = held;

    /// <summary>Everything is allowed: a <c>NULL</c> in the table's <c>scopes</c> column. Must be asked for explicitly.</summary>
    public static ScopeSet Unlimited { get; } = new(null);

    /// <summary>Nothing is allowed: the column holds something that is no list of scopes.</summary>
    public static ScopeSet Unreadable { get; } = new([]);

    /// <summary>Whether everything is allowed.</summary>
    public bool IsUnlimited => _held is null;

    /// <summary>The scopes and patterns held, in the order given; empty when <see cref="IsUnlimited"/>.</summary>
    public IReadOnlyList<string> Held => _held ?? [];

    /// <summary>The scopes that a new key shall hold.</summary>
    /// <exception cref="InvalidFieldException">None, more than <see cref="MaxCount"/>, or one that is malformed.</exception>
    public static ScopeSet Of(params IEnumerable<string> scopes)
    {
        ArgumentNullException.ThrowIfNull(scopes);
        var held = scopes.Distinct(StringComparer.Ordinal).ToArray();
        if (held.Length is 0 or > MaxCount)
        {
            throw new InvalidFieldException("scopes", $"holds {held.Length} scopes", $"1 to {MaxCount} scopes, e.g. proxy.chat or proxy.*");
        }

        foreach (var scope in held)
        {
            Scope.RequirePattern(scope, "scopes");
        }

        return new ScopeSet(held);
    }

    /// <summary>What a row of the table holds, taken as it is: another library may have written scopes of other forms.</summary>
    /// <param name="stored">
    /// The column's value; <see langword="null"/> means unlimited, and an element that is <see langword="null"/> makes the
    /// whole <see cref="Unreadable"/>.
    /// </param>
    public static ScopeSet FromStored(IEnumerable<string?>? stored)
    {
        if (stored is null)
        {
            return Unlimited;
        }

        string?[] held = [.. stored];
        return Array.Exists(held, scope => scope is null) ? Unreadable : new ScopeSet(held!);
    }

    /// <summary>Whether a tool that needs <paramref name="required"/> may be called.</summary>
    public bool Allows(string required) =>
        _held is null || Array.Exists(_held, held => Scope.Covers(held, required));

    /// <inheritdoc/>
    public bool Equals(ScopeSet? other) =>
        other is not null && IsUnlimited == other.IsUnlimited && Held.SequenceEqual(other.Held, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ScopeSet);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        Held.Aggregate(IsUnlimited ? 1 : 0, (hash, scope) => HashCode.Combine(hash, StringComparer.Ordinal.GetHashCode(scope)));

    /// <summary>The scopes, separated by spaces, or <c>(unlimited)</c>.</summary>
    public override string ToString() => _held is null ? "(unlimited)" : string.Join(' ', _held);
}
