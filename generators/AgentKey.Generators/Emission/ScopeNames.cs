using System.Text;

namespace AgentKey.Generators.Emission;

/// <summary>Names constants after scopes: <c>files.read-all</c> becomes <c>FilesReadAll</c>.</summary>
internal sealed class ScopeNames(IEnumerable<string> taken)
{
    // What every class inherits, a constant of that name would hide with a warning.
    private static readonly string[] Inherited =
        [nameof(Equals), "Finalize", nameof(GetHashCode), nameof(GetType), nameof(MemberwiseClone), nameof(ReferenceEquals), nameof(ToString)];

    private readonly UniqueNames _names = new(Inherited.Concat(taken));

    public string Take(string scope)
    {
        var name = new StringBuilder();
        foreach (var word in scope.Split(['.', '-', '_'], StringSplitOptions.RemoveEmptyEntries))
        {
            name.Append(char.ToUpperInvariant(word[0])).Append(word, 1, word.Length - 1);
        }

        return _names.Take(name.Length == 0 || char.IsDigit(name[0]) ? "_" + name : name.ToString());
    }
}
