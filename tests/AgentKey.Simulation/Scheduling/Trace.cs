using System.Globalization;
using System.IO.Hashing;
using System.Text;

namespace AgentKey.Simulation.Scheduling;

/// <summary>Everything that happened, in order: as text for a person, and as a hash that tells two runs apart.</summary>
internal sealed class Trace(TextWriter? output)
{
    private readonly XxHash128 _hash = new();

    public long Lines { get; private set; }

    public string Hash => Convert.ToHexStringLower(_hash.GetCurrentHash());

    public void Write(TimeSpan at, string line)
    {
        Lines++;
        var text = string.Create(CultureInfo.InvariantCulture, $"{at.Ticks} {line}\n");
        _hash.Append(Encoding.UTF8.GetBytes(text));
        output?.Write(text);
    }
}
