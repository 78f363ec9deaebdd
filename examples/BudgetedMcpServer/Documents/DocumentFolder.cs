namespace BudgetedMcpServer.Documents;

/// <summary>The Markdown files below one folder. Nothing outside of it can be named.</summary>
public sealed class DocumentFolder
{
    private static readonly string[] Ignored = ["bin", "obj", "node_modules", ".git"];

    private readonly string _root;
    private readonly SortedDictionary<string, string> _files = new(StringComparer.Ordinal);
    private readonly SearchIndex _index;

    public DocumentFolder(string root)
    {
        _root = Path.GetFullPath(root);
        if (!Directory.Exists(_root))
        {
            throw new ArgumentException($"--docs: there is no folder {root}");
        }

        // Links are not followed: they may lead out of the folder.
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        foreach (var file in Directory.EnumerateFiles(_root, "*.md", options))
        {
            var path = Path.GetRelativePath(_root, file).Replace(Path.DirectorySeparatorChar, '/');
            if (!path.Split('/').Intersect(Ignored).Any())
            {
                _files[path] = File.ReadAllText(file).ReplaceLineEndings("\n");
            }
        }

        _index = new SearchIndex(_files.SelectMany(file => Markdown.SectionsOf(file.Key, file.Value)));
    }

    /// <summary>How many documents there are.</summary>
    public int Count => _files.Count;

    /// <summary>The paths of all documents, in order.</summary>
    public IEnumerable<string> Paths => _files.Keys;

    /// <summary>The folders that hold documents, as <see cref="TextsOf"/> takes them; <c>.</c> is the topmost.</summary>
    public IEnumerable<string> Folders => _files.Keys.Select(FolderOf).Distinct(StringComparer.Ordinal);

    /// <summary>The sections that answer a query best, as the documents were at start.</summary>
    public IReadOnlyList<SearchHit> Search(string query, int limit) => _index.Find(query, limit);

    /// <summary>A document as it is now; null for every path that was not listed, however it is spelled.</summary>
    public async Task<string?> ReadAsync(string path, CancellationToken cancellationToken) =>
        _files.ContainsKey(path) ? await File.ReadAllTextAsync(Path.Combine(_root, path), cancellationToken) : null;

    /// <summary>The documents of one folder, as they were at start.</summary>
    public IReadOnlyList<string> TextsOf(string folder) =>
        [.. _files.Where(file => FolderOf(file.Key) == folder).Select(file => file.Value)];

    /// <summary>The repository that this program was built in, or the current folder.</summary>
    public static string FindDefault()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "AgentKey.Agents.sln")))
            {
                return folder.FullName;
            }
        }

        return Environment.CurrentDirectory;
    }

    private static string FolderOf(string path) => path.LastIndexOf('/') is var end and > 0 ? path[..end] : ".";
}
