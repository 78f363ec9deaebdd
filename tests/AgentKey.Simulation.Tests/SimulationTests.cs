using System.Globalization;
using AgentKey.Simulation.Stores;

namespace AgentKey.Simulation.Tests;

/// <summary>
/// Runs of the simulation, the proof that a seed replays, and the proof that each mistake of a database would be found.
/// <c>AGENTKEY_SEEDS</c> sets how many seeds are run.
/// </summary>
public sealed class SimulationTests
{
    private const int FirstSeed = 1;

    private static readonly int Seeds = int.Parse(Environment.GetEnvironmentVariable("AGENTKEY_SEEDS") ?? "40", CultureInfo.InvariantCulture);

    public static TheoryData<string> Mistakes => [.. Enum.GetNames<Sabotage>().Where(name => name != nameof(Sabotage.None))];

    [Fact]
    public void No_seed_breaks_an_invariant()
    {
        var report = new SimulationReport();
        for (var seed = FirstSeed; seed < FirstSeed + Seeds; seed++)
        {
            report.Add(SimulationRun.Run(seed));
        }

        TestContext.Current.TestOutputHelper?.WriteLine(report.ToString());
    }

    [Fact]
    public void The_same_seed_is_the_same_run_and_another_one_is_not()
    {
        var first = SimulationRun.Run(7);
        var second = SimulationRun.Run(7);
        Assert.Equal((first.TraceHash, first.Steps), (second.TraceHash, second.Steps));
        Assert.True(first.Operations > 0);
        Assert.NotEqual(first.TraceHash, SimulationRun.Run(8).TraceHash);
    }

    [Fact]
    public void The_seeds_see_every_fault()
    {
        var seen = Enumerable.Range(FirstSeed, 20).SelectMany(seed => SimulationRun.Run(seed).Faults.Keys).ToHashSet();
        string[] expected = [.. Enum.GetNames<Fault>().Where(name => name != nameof(Fault.None)), "ClockJump", "ForeignUpdate", "Kill"];
        Assert.Equal(expected.Order(), seen.Order());
    }

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_database_that_makes_a_mistake_is_found_out(string mistake)
    {
        const int mostSeeds = 200;
        var sabotage = Enum.Parse<Sabotage>(mistake);
        for (var seed = FirstSeed; seed < FirstSeed + mostSeeds; seed++)
        {
            try
            {
                SimulationRun.Run(seed, sabotage);
            }
            catch (InvariantException found)
            {
                TestContext.Current.TestOutputHelper?.WriteLine(found.Message.Split('\n')[0]);
                return;
            }
        }

        Assert.Fail($"{mistake} was not noticed in {mostSeeds} runs.");
    }
}
