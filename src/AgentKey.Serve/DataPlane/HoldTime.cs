using AgentKey.Keys;

namespace AgentKey.Serve.DataPlane;

/// <summary>How long money is held.</summary>
internal static class HoldTime
{
    /// <exception cref="InvalidFieldException">It is no duration, or too long.</exception>
    public static TimeSpan Parse(string text) => Lifetime.Parse(text, "expires").Duration is { } duration && duration <= AgentKeys.LongestHold
        ? duration
        : throw new InvalidFieldException("expires", "is no duration or longer than 7 days", "a duration of up to 7 days such as 5m or 1h");
}
