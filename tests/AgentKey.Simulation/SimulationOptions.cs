using System.Globalization;
using AgentKey.Simulation.Stores;

namespace AgentKey.Simulation;

/// <summary>Which seeds to run, and how much to tell.</summary>
internal sealed record SimulationOptions(int FirstSeed, int Seeds, bool IsTraced, Sabotage Sabotage)
{
    /// <summary>Reads <c>--seed N</c> (one run, the same each time), <c>--seeds N</c> (that many, from a random one on unless <c>--seed</c> says which), <c>--trace</c> and <c>--sabotage NAME</c>.</summary>
    public static SimulationOptions Parse(string[] args)
    {
        string? Value(string name) => Array.IndexOf(args, name) is var at and >= 0 ? args[at + 1] : null;

        int? Number(string name) => Value(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

        var seed = Number("--seed");
        return new SimulationOptions(
            seed ?? Random.Shared.Next(1_000_000_000),
            Number("--seeds") ?? (seed is null ? 100 : 1),
            args.Contains("--trace"),
            Enum.Parse<Sabotage>(Value("--sabotage") ?? nameof(Sabotage.None)));
    }
}
