namespace AgentKey.Keys;

/// <summary>Compares an account that somebody names with that of a row.</summary>
internal static class AccountIds
{
    // A uuid column gives both kinds of letters back as one. Forms without hyphens, or in braces, it does not get.
    public static bool IsSame(string? stored, string? given) =>
        stored == given || (Guid.TryParseExact(stored, "D", out var one) && Guid.TryParseExact(given, "D", out var other) && one == other);
}
