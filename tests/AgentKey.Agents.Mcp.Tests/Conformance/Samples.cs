namespace AgentKey.Agents.Mcp.Tests.Conformance;

/// <summary>The smallest files of their kinds.</summary>
internal static class Samples
{
    /// <summary>One pixel.</summary>
    public static byte[] Png { get; } = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==");

    /// <summary>No sound at all.</summary>
    public static byte[] Wav { get; } = Convert.FromBase64String("UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA=");
}
