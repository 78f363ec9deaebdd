namespace AgentKey.Charging;

/// <summary>Whether a key has another cap now; if not, whether it was not found or what is wrong with the cap.</summary>
internal sealed record CapAnswer(bool IsChanged, InvalidFieldException? Refusal)
{
    public static CapAnswer Changed { get; } = new(true, null);

    public static CapAnswer NotFound { get; } = new(false, null);

    public static CapAnswer TooWide(string problem, string acceptedForm) =>
        new(false, new InvalidFieldException("budget", problem, acceptedForm) { IsTooWide = true });
}
