#pragma warning disable RS0030 // Seconds with decimals are what meters measure in; no money is ever in one.

using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace AgentKey.Serve.Metrics;

/// <summary>Adds up what the meter <c>AgentKey</c> measures in this process from now on. Safe for use from any number of threads.</summary>
internal sealed class ProcessMetrics : IDisposable
{
    private const string MeterName = "AgentKey";

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<Instrument, MetricFamily> _families = new();
    private readonly Lock _observing = new();

    public ProcessMetrics()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == MeterName)
            {
                listener.EnableMeasurementEvents(instrument, _families.GetOrAdd(instrument, MetricFamily.Of));
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, family) => ((MetricFamily)family!).Add(value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, family) => ((MetricFamily)family!).Add((decimal)value, tags));
        _listener.Start();
    }

    /// <summary>All series in Prometheus' text format, by name. Instruments of one name are one family.</summary>
    public string ToText()
    {
        lock (_observing)
        {
            // What is observed has no past: it is asked for anew, and what is not told any more is gone.
            foreach (var (_, family) in _families.Where(known => known.Key.IsObservable))
            {
                family.Clear();
            }

            _listener.RecordObservableInstruments();
            return string.Concat(_families.Values
                .GroupBy(family => family.Name, StringComparer.Ordinal)
                .OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => MetricFamily.Sum(group).ToText()));
        }
    }

    public void Dispose() => _listener.Dispose();
}
