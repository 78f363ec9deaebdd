namespace AgentKey.Generators.Tests;

/// <summary>Where this project's sources are, for the snapshots that live beside them.</summary>
internal static class ProjectFolder
{
    public static string Snapshots { get; } = Path.Combine(Find(), "Snapshots");

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "AgentKey.Generators.Tests.csproj")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("The tests run outside of their project's folder, so there are no snapshots to compare with.");
    }
}
