using System.Text;

namespace AgentKey.Generators.Emission;

/// <summary>
/// Names constants after scopes: <c>files.read-all</c> becomes <c>FilesReadAll</c>. Where several scopes would come to
/// one name, none has it, so that code which means the first of them does not come to mean the second.
/// </summary>
internal sealed class ScopeNames
{
    // What every class inherits, a constant of that name would hide with a warning.
    private static readonly string[] Inherited =
        [nameof(Equals), "Finalize", nameof(GetHashCode), nameof(GetType), nameof(MemberwiseClone), nameof(ReferenceEquals), nameof(ToString)];

    private readonly UniqueNames _names;
    private readonly HashSet<string> _shared;

    /// <param name="taken">Names that the class has already.</param>
    /// <param name="scopes">All that are to have a name.</param>
    public ScopeNames(IEnumerable<string> taken, IEnumerable<string> scopes)
    {
        _shared = new(scopes.GroupBy(Plain, StringComparer.Ordinal).Where(group => group.Count() > 1).Select(group => group.Key), StringComparer.Ordinal);
        _names = new(Inherited.Concat(taken).Concat(_shared));
    }

    public string Take(string scope)
    {
        var plain = Plain(scope);
        return _names.Take(_shared.Contains(plain) ? Spelled(scope) : plain);
    }

    private static string Plain(string scope) => Join(scope.Split(['.', '-', '_'], StringSplitOptions.RemoveEmptyEntries));

    private static string Spelled(string scope) =>
        Join(scope.Replace("_", "_underscore_").Replace(".", "_dot_").Replace("-", "_dash_").Split(['_'], StringSplitOptions.RemoveEmptyEntries));

    private static string Join(string[] words)
    {
        var name = new StringBuilder();
        foreach (var word in words)
        {
            name.Append(char.ToUpperInvariant(word[0])).Append(word, 1, word.Length - 1);
        }

        return name.Length == 0 || char.IsDigit(name[0]) ? "_" + name : name.ToString();
    }
}
