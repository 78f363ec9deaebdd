using Microsoft.CodeAnalysis;

namespace AgentKey.Generators.Analyzers;

/// <summary>What a <c>[Cost]</c> says, as it is written.</summary>
internal sealed class WrittenPrice(AttributeData attribute)
{
    private const string UpTo = nameof(UpTo);
    private const string PerUnits = nameof(PerUnits);

    private const int Decimals = 6;

    private const long MicroCents = 1_000_000;
    private const decimal MostCents = long.MaxValue / MicroCents;

    public string? Per => Named(nameof(Per)) as string;

    /// <summary>The class that makes the price.</summary>
    public INamedTypeSymbol? Rule => HasRule ? Amount as INamedTypeSymbol : null;

    /// <summary>Whether one call certainly costs nothing.</summary>
    public bool IsNothing => !HasRule && Named(UpTo) is null && IsZero(Amount);

    private object? Amount => attribute.ConstructorArguments.FirstOrDefault().Value;

    private bool HasRule => attribute.ConstructorArguments is [{ Kind: TypedConstantKind.Type }];

    /// <summary>What is wrong with the amounts, as the end of a sentence, and where.</summary>
    public (string Problem, Location Place, object? Amount)? FindProblem(CancellationToken cancellationToken)
    {
        if (attribute.ConstructorArguments.Length == 0 && Named(UpTo) is null)
        {
            return ("names no amount", attribute.Location(cancellationToken), null);
        }

        if (FindProblem(Amount) is { } problem)
        {
            return (problem, attribute.ArgumentLocation(0, cancellationToken), Amount);
        }

        if (FindProblem(Named(UpTo)) is { } holdProblem)
        {
            return (holdProblem, attribute.ArgumentLocation(UpTo, cancellationToken), Named(UpTo));
        }

        return FindContradiction() is { } contradiction ? (contradiction, attribute.Location(cancellationToken), null) : null;
    }

    public Location PerLocation(CancellationToken cancellationToken) => attribute.ArgumentLocation(nameof(Per), cancellationToken);

    /// <summary>The amount in cents; null for what is no decimal number at all.</summary>
    public static decimal? Cents(object? amount) => amount switch
    {
        long cents => cents,
        double cents when Math.Abs(cents) < (double)decimal.MaxValue => (decimal)cents,
        _ => null,
    };

    /// <summary>The amount that was probably meant: without the sign, and rounded up to what can be counted.</summary>
    public static decimal? Correct(object? amount) => Cents(amount) is { } cents && Math.Abs(cents) <= MostCents
        ? decimal.Ceiling(Math.Abs(cents) * MicroCents) / MicroCents
        : null;

    private string? FindContradiction()
    {
        var isHeld = Named(UpTo) is not null;
        return this switch
        {
            { HasRule: true, Rule: null } => "names no rule",
            _ when isHeld && attribute.ConstructorArguments.Length > 0 => "is both known and held with UpTo",
            { Per: not null } when isHeld || HasRule => "is per argument and something else too",
            { Per: null } when Named(PerUnits) is not null => "has PerUnits but not Per",
            _ when Named(PerUnits) is < 1L => "is for fewer than 1 unit",
            _ => null,
        };
    }

    private object? Named(string name) => attribute.NamedArguments.FirstOrDefault(argument => argument.Key == name).Value.Value;

    private static bool IsZero(object? amount) => Cents(amount) is 0;

    private static string? FindProblem(object? amount)
    {
        if (amount is not (long or double))
        {
            return null;
        }

        return Cents(amount) switch
        {
            null => "is no number that money can be",
            < 0 => "is negative",
            > MostCents => "is larger than what can be counted",
            { } cents when decimal.Round(cents, Decimals) != cents => $"has more than {Decimals} decimals",
            { } cents when amount is double written && (double)cents != written => FormattableString.Invariant($"is not exactly {cents}"),
            _ => null,
        };
    }
}
