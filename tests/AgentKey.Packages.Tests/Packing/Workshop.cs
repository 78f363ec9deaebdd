using System.Reflection;
using AgentKey.Packages.Tests.Packing;

[assembly: AssemblyFixture(typeof(Workshop))]

namespace AgentKey.Packages.Tests.Packing;

/// <summary>
/// All packages, packed once, in a folder outside of the repository, and beside them the projects that use them. The
/// version is a new one each time, so no cache of an earlier run can answer for it.
/// </summary>
public sealed class Workshop : IAsyncLifetime
{
    private static readonly string Configuration = typeof(Workshop).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("agentkey-packages-");

    /// <summary>The version of all packages of this run.</summary>
    public string Version { get; } = $"0.1.0-test.{Guid.NewGuid():N}";

    /// <summary>Where the <c>.nupkg</c> files are.</summary>
    public string Feed => Path.Combine(_folder.FullName, "feed");

    /// <summary>The ids of the packages, the command-line tool left out.</summary>
    public IEnumerable<string> Libraries => Ids.Where(id => id != "AgentKey.Cli");

    /// <summary>The ids of all packages.</summary>
    public IEnumerable<string> Ids => Directory.GetFiles(Feed, "*.nupkg")
        .Select(file => Path.GetFileName(file)[..^$".{Version}.nupkg".Length])
        .Order(StringComparer.Ordinal);

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Feed);
        (await CommandRun.OfAsync(
            RepositoryFolder.Root,
            "dotnet",
            "msbuild",
            RepositoryFolder.PathTo("tests", "AgentKey.Packages.Tests", "Packing", "Packages.proj"),
            "-target:Pack",
            "-nologo",
            "-verbosity:quiet",
            $"-property:Configuration={Configuration};PackageVersion={Version};PackageOutputPath={Feed}")).Succeeded();
        CopyProjects();
        File.WriteAllText(PathTo("Directory.Build.props"), Settings());
        File.WriteAllText(PathTo("NuGet.config"), $"""<configuration><packageSources><add key="packed" value="{Feed}" /></packageSources></configuration>""");
    }

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>A path below the folder of this run.</summary>
    public string PathTo(params ReadOnlySpan<string> parts) => Path.Combine([_folder.FullName, .. parts]);

    /// <summary>Runs <c>dotnet</c> in the folder of a project.</summary>
    internal Task<CommandRun> DotnetAsync(string project, params IEnumerable<string> arguments) => CommandRun.OfAsync(PathTo(project), "dotnet", arguments);

    // Our packages go into a folder of this run; all others are taken from where they are.
    private string Settings()
    {
        var cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        return $"""
            <Project>
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <AgentKeyVersion>[{Version}]</AgentKeyVersion>
                <AgentKeyLibraries>{string.Join(';', Libraries)}</AgentKeyLibraries>
                <RestorePackagesPath>{PathTo("packages")}</RestorePackagesPath>
                <RestoreFallbackFolders>{cache}</RestoreFallbackFolders>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
              </PropertyGroup>
            </Project>
            """;
    }

    private void CopyProjects()
    {
        var origin = RepositoryFolder.PathTo("tests", "AgentKey.Packages.Tests", "Projects");
        foreach (var file in Directory.GetFiles(origin, "*", SearchOption.AllDirectories))
        {
            var copy = PathTo(Path.GetRelativePath(origin, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
