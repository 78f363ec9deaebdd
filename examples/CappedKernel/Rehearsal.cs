namespace CappedKernel;

/// <summary>What has to happen when the scripted model plays all parts.</summary>
internal static class Rehearsal
{
    public static IEnumerable<string> Check(Worker supervisor, IReadOnlyList<Worker> workers)
    {
        foreach (var worker in workers.Append(supervisor))
        {
            var stoppedBy = worker.Name == "wanderer" ? "budget_exhausted" : null;
            if (worker.StoppedBy != stoppedBy || worker.HasFinished != stoppedBy is null)
            {
                yield return $"{worker.Name} ended with {worker.StoppedBy ?? "no refusal"}.";
            }
        }
    }
}
