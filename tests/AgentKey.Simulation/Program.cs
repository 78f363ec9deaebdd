// The deterministic simulation: the real library in several processes on a database in memory, on one thread, in an order
// that a seed decides, with lost answers, crashes, clock jumps and another program on the table.
//   dotnet run -c Release --project tests/AgentKey.Simulation -- [--seeds 1000] [--seed N] [--trace] [--sabotage NAME]
using AgentKey.Simulation;

var options = SimulationOptions.Parse(args);
Console.WriteLine($"seeds {options.FirstSeed} to {options.FirstSeed + options.Seeds - 1}");
var report = new SimulationReport();
for (var i = 0; i < options.Seeds; i++)
{
    try
    {
        report.Add(SimulationRun.Run(options.FirstSeed + i, options.Sabotage, options.IsTraced ? Console.Out : null));
    }
    catch (InvariantException violation)
    {
        Console.WriteLine(violation.Message);
        Console.WriteLine($"Replay it with --seed {options.FirstSeed + i} --trace");
        return 1;
    }
}

Console.WriteLine(report);
return 0;
