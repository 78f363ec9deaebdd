namespace AgentKey.Serve.Metrics;

/// <summary>Tags as Prometheus writes labels, without the braces.</summary>
internal static class MetricLabels
{
    public static string Of(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new List<string>(tags.Length);
        foreach (var (name, value) in tags)
        {
            // A label without a value is one that is not there.
            if (value?.ToString() is { Length: > 0 } text)
            {
                labels.Add($"{name.Replace('.', '_')}=\"{Escape(text)}\"");
            }
        }

        labels.Sort(StringComparer.Ordinal);
        return string.Join(',', labels);
    }

    private static string Escape(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal);
}
