using System.Diagnostics.Metrics;

namespace AgentKey.AspNetCore.Tests.Telemetry;

/// <summary>What OpenTelemetry's Prometheus exporters call an instrument.</summary>
internal static class PrometheusNames
{
    /// <summary>All of its series. Units in braces are annotations and leave no trace.</summary>
    public static IReadOnlyList<string> Of(Instrument instrument)
    {
        var name = Escape(instrument.Name) + (instrument.Unit == "s" ? "_seconds" : "");
        return instrument switch
        {
            Histogram<double> => [$"{name}_bucket", $"{name}_count", $"{name}_sum"],
            Counter<long> => [$"{name}_total"],
            _ => [name],
        };
    }

    public static string Escape(string name) => name.Replace('.', '_');
}
