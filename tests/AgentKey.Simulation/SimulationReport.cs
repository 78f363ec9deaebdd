using System.Globalization;

namespace AgentKey.Simulation;

/// <summary>What all runs together have seen.</summary>
internal sealed class SimulationReport
{
    private readonly SortedDictionary<string, int> _faults = new(StringComparer.Ordinal);
    private long _runs;
    private long _steps;
    private long _operations;
    private long _answers;
    private long _commits;
    private string _hash = "";

    public void Add(SimulationResult result)
    {
        _runs++;
        _steps += result.Steps;
        _operations += result.Operations;
        _answers += result.Answers;
        _commits += result.Commits;
        _hash = result.TraceHash;
        foreach (var (fault, count) in result.Faults)
        {
            _faults[fault] = _faults.GetValueOrDefault(fault) + count;
        }
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"""
        {_runs:N0} runs, {_steps:N0} steps, {_commits:N0} commits, {_operations:N0} operations, {_answers:N0} answers: no invariant was broken
        faults: {string.Join(", ", _faults.Select(fault => string.Create(CultureInfo.InvariantCulture, $"{fault.Key} {fault.Value:N0}")))}
        trace of the last run: {_hash}
        """);
}
