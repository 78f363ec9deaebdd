using AgentKey.Keys;

namespace AgentKey.Serve.DataPlane;

/// <summary>How long money is held.</summary>
internal static class HoldTime
{
    /// <exception cref="InvalidFieldException">It is no duration.</exception>
    public static TimeSpan Parse(string text) => Lifetime.Parse(text, "expires").Duration
        ?? throw new InvalidFieldException("expires", "is no duration", "a duration of up to 7 days such as 5m or 1h");
}
