using System.Globalization;
using System.Text;

namespace AgentKey.Serve.Metrics;

/// <summary>What was measured under one set of labels. Exact: sums of money are too large for a floating-point number.</summary>
internal sealed class MetricSeries(IReadOnlyList<decimal> boundaries)
{
    private readonly Lock _gate = new();
    private readonly long[] _buckets = new long[boundaries.Count];
    private decimal _sum;
    private long _count;

    public void Add(decimal value)
    {
        lock (_gate)
        {
            _sum += value;
            _count++;
            for (var i = 0; i < _buckets.Length; i++)
            {
                _buckets[i] += value <= boundaries[i] ? 1 : 0;
            }
        }
    }

    public void Add(MetricSeries other)
    {
        lock (other._gate)
        {
            _sum += other._sum;
            _count += other._count;
            for (var i = 0; i < _buckets.Length; i++)
            {
                _buckets[i] += other._buckets[i];
            }
        }
    }

    public void Write(StringBuilder text, string name, string labels, bool isHistogram)
    {
        lock (_gate)
        {
            if (!isHistogram)
            {
                Line(text, name, labels, _sum);
                return;
            }

            var before = labels.Length == 0 ? "" : labels + ",";
            for (var i = 0; i < _buckets.Length; i++)
            {
                Line(text, name + "_bucket", $"{before}le=\"{Number(boundaries[i])}\"", _buckets[i]);
            }

            Line(text, name + "_bucket", before + "le=\"+Inf\"", _count);
            Line(text, name + "_sum", labels, _sum);
            Line(text, name + "_count", labels, _count);
        }
    }

    private static void Line(StringBuilder text, string name, string labels, decimal value) =>
        text.Append(name).Append(labels.Length == 0 ? "" : $"{{{labels}}}").Append(' ').Append(Number(value)).Append('\n');

    private static string Number(decimal value) => value.ToString("0.############################", CultureInfo.InvariantCulture);
}
