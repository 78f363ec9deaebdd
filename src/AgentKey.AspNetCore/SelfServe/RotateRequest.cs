using AgentKey.Keys;

namespace AgentKey.AspNetCore.SelfServe;

/// <summary>How a key wants its secret replaced.</summary>
/// <param name="Overlap">How long the present secret stays valid, e.g. <c>1h</c>; left out, it ends at once.</param>
internal sealed record RotateRequest(string? Overlap = null)
{
    /// <exception cref="InvalidFieldException">It is no duration.</exception>
    public TimeSpan ToOverlap() => Overlap is null
        ? TimeSpan.Zero
        : Lifetime.Parse(Overlap, "overlap").Duration ?? throw new InvalidFieldException("overlap", "is no duration", "a duration such as 30m, 1h or 7d");
}
