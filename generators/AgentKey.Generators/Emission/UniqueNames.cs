namespace AgentKey.Generators.Emission;

/// <summary>Gives out names that collide neither with the user's nor with each other.</summary>
internal sealed class UniqueNames(IEnumerable<string> taken)
{
    private readonly HashSet<string> _taken = new(taken, StringComparer.Ordinal);

    public string Take(string wanted) => _taken.Add(wanted) ? wanted : Take(wanted, first: 2);

    /// <summary>A name that always ends in a number.</summary>
    public string Take(string start, int first)
    {
        for (var i = first; ; i++)
        {
            if (_taken.Add(start + i))
            {
                return start + i;
            }
        }
    }
}
