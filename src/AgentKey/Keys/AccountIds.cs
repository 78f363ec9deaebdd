namespace AgentKey.Keys;

/// <summary>Compares an account that somebody names with that of a row.</summary>
internal static class AccountIds
{
    // A uuid column gives every spelling back as one.
    public static bool IsSame(string? stored, string? given) =>
        stored == given || (Guid.TryParse(stored, out var one) && Guid.TryParse(given, out var other) && one == other);
}
