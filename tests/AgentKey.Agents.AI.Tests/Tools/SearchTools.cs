namespace AgentKey.Agents.AI.Tests.Tools;

/// <summary>A tagged class; the generator makes <c>GuardedSearchTools</c> of it.</summary>
public sealed class SearchTools(CallCount count)
{
    [AgentScope("tools.search"), Cost(15)]
    public string Search(string query)
    {
        count.Add();
        return $"found {query}";
    }
}
