#pragma warning disable RS0030 // The boundaries of a histogram of seconds.

using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;

namespace AgentKey.Serve.Metrics;

/// <summary>One instrument and its series, under the names that OpenTelemetry's Prometheus exporters give them.</summary>
internal sealed class MetricFamily
{
    private readonly ConcurrentDictionary<string, MetricSeries> _series = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<decimal> _boundaries;
    private readonly string _help;
    private readonly string _type;

    private MetricFamily(string name, string type, string help, IReadOnlyList<decimal> boundaries)
    {
        Name = name;
        _type = type;
        _help = help;
        _boundaries = boundaries;
    }

    public string Name { get; }

    public static MetricFamily Of(Instrument instrument)
    {
        // Units in braces are annotations and leave no trace.
        var name = instrument.Name.Replace('.', '_') + (instrument.Unit == "s" ? "_seconds" : "");
        var help = instrument.Description ?? "";
        return instrument switch
        {
            Histogram<double> histogram => new(name, "histogram", help, [.. (histogram.Advice?.HistogramBucketBoundaries ?? []).Select(bound => (decimal)bound)]),
            Counter<long> => new(name + "_total", "counter", help, []),
            _ => new(name, "gauge", help, []),
        };
    }

    /// <summary>Several instruments of one name as one.</summary>
    public static MetricFamily Sum(IEnumerable<MetricFamily> families)
    {
        var all = families.ToArray();
        var sum = new MetricFamily(all[0].Name, all[0]._type, all[0]._help, all[0]._boundaries);
        foreach (var (labels, series) in all.SelectMany(family => family._series))
        {
            sum.SeriesOf(labels).Add(series);
        }

        return sum;
    }

    public void Add(decimal value, ReadOnlySpan<KeyValuePair<string, object?>> tags) => SeriesOf(MetricLabels.Of(tags)).Add(value);

    public void Clear() => _series.Clear();

    public string ToText()
    {
        var text = new StringBuilder().Append($"# HELP {Name} {_help}\n# TYPE {Name} {_type}\n");
        foreach (var (labels, series) in _series.OrderBy(series => series.Key, StringComparer.Ordinal))
        {
            series.Write(text, Name, labels, _type == "histogram");
        }

        return text.ToString();
    }

    private MetricSeries SeriesOf(string labels) => _series.GetOrAdd(labels, static (_, boundaries) => new MetricSeries(boundaries), _boundaries);
}
