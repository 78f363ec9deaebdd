using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace AgentKey.AspNetCore.Tests.Telemetry;

/// <summary>An application and everything that its own meter measures.</summary>
internal sealed class MeasuredApplication : IAsyncDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<Measurement> _measurements = new();

    private MeasuredApplication()
    {
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Record(instrument, (decimal)value, tags));
    }

    public KeyedApplication Server { get; private set; } = null!;

    public IReadOnlyList<Measurement> Measurements => [.. _measurements];

    public static async Task<MeasuredApplication> StartAsync(int measuredBudgets = 0)
    {
        var measured = new MeasuredApplication { Server = await KeyedApplication.StartAsync(measuredBudgets: measuredBudgets) };
        var own = (IMeterFactory)measured.Server.Services.GetService(typeof(IMeterFactory))!;
        measured._listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter is { Name: "AgentKey" } meter && ReferenceEquals(meter.Scope, own))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        measured._listener.Start();
        return measured;
    }

    public IEnumerable<Measurement> Of(string instrument) => _measurements.Where(measurement => measurement.Instrument.Name == instrument);

    /// <summary>Asks for what is measured only when somebody asks.</summary>
    public void Observe() => _listener.RecordObservableInstruments();

    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        return Server.DisposeAsync();
    }

    private void Record(Instrument instrument, decimal value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _measurements.Enqueue(new Measurement(instrument, value, tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value?.ToString())));

    /// <summary>One measured value.</summary>
    public sealed record Measurement(Instrument Instrument, decimal Value, IReadOnlyDictionary<string, string?> Tags);
}
