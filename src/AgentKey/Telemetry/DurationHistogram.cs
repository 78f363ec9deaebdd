#pragma warning disable RS0030 // Seconds with decimals are what meters measure in; no money is ever in one.

using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace AgentKey.Telemetry;

/// <summary>How long something took, in seconds.</summary>
internal sealed class DurationHistogram(Meter meter, string name, string description)
{
    private readonly Histogram<double> _seconds = meter.CreateHistogram(name, "s", description, advice: new InstrumentAdvice<double>
    {
        HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    });

    /// <summary>Records the time since a timestamp of <see cref="Stopwatch"/>.</summary>
    public void Record(long started, in TagList tags)
    {
        if (_seconds.Enabled)
        {
            _seconds.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, tags);
        }
    }
}
