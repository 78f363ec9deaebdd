using System.IO.Compression;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;
using AgentKey.Packages.Tests.Packing;

namespace AgentKey.Packages.Tests;

/// <summary>What a package says about itself, and what is in it.</summary>
public sealed class PackageTests(Workshop workshop)
{
    [Fact]
    public void Every_project_below_src_is_a_package() => Assert.Equal(
        Directory.GetDirectories(RepositoryFolder.PathTo("src")).Where(folder => Directory.GetFiles(folder, "*.csproj").Length > 0).Select(Path.GetFileName).Order(StringComparer.Ordinal),
        workshop.Ids);

    [Fact]
    public void Every_package_says_what_it_is_and_under_which_licence() => Assert.All(workshop.Ids, id =>
    {
        using var package = Open(id);
        var metadata = Metadata(package, id);

        Assert.Equal("MIT", Value(metadata, "license"));
        Assert.EndsWith(".", Value(metadata, "description"), StringComparison.Ordinal);
        Assert.Contains("agents", Value(metadata, "tags").Split(' '));
        var page = Assert.Single(package.Entries, entry => entry.FullName == Value(metadata, "readme"));
        using var text = new StreamReader(page.Open());
        Assert.Equal($"# {id}", text.ReadLine());
    });

    [Fact]
    public void A_package_asks_for_the_oldest_version_that_it_works_with_and_not_for_one_only() => Assert.All(workshop.Ids, id =>
    {
        using var package = Open(id);
        var versions = Metadata(package, id).Descendants().Where(element => element.Name.LocalName == "dependency").Select(element => element.Attribute("version")!.Value);

        // Of one minor version only: our adapter uses what Semantic Kernel does not promise to keep.
        Assert.All(versions, version => Assert.True(char.IsAsciiDigit(version[0]) || version == "[1.82.0, 1.83.0)", version));
    });

    [Fact]
    public void A_debugger_finds_the_symbols_in_the_library() => Assert.All(workshop.Libraries, id =>
    {
        using var package = Open(id);
        using var library = package.GetEntry($"lib/net10.0/{id}.dll")!.Open();
        using var bytes = new MemoryStream();
        library.CopyTo(bytes);
        bytes.Position = 0;
        using var image = new PEReader(bytes);

        Assert.Contains(image.ReadDebugDirectory(), entry => entry.Type == DebugDirectoryEntryType.EmbeddedPortablePdb);
    });

    [Fact]
    public void The_attributes_come_with_the_generator_the_fixes_and_the_pages_of_the_rules()
    {
        using var package = Open("AgentKey.Agents");
        var names = package.Entries.Select(entry => entry.FullName).ToHashSet(StringComparer.Ordinal);

        Assert.Contains("analyzers/dotnet/cs/AgentKey.Generators.dll", names);
        Assert.Contains("analyzers/dotnet/cs/AgentKey.CodeFixes.dll", names);
        Assert.Superset(
            Directory.GetFiles(RepositoryFolder.PathTo("docs", "rules")).Select(page => $"docs/rules/{Path.GetFileName(page)}").ToHashSet(StringComparer.Ordinal),
            names);
    }

    private ZipArchive Open(string id) => ZipFile.OpenRead(Path.Combine(workshop.Feed, $"{id}.{workshop.Version}.nupkg"));

    private static XElement Metadata(ZipArchive package, string id)
    {
        using var nuspec = package.GetEntry($"{id}.nuspec")!.Open();
        return XDocument.Load(nuspec).Root!.Elements().Single();
    }

    private static string Value(XElement metadata, string name) => metadata.Elements().Single(element => element.Name.LocalName == name).Value;
}
