using AgentKey.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace AgentKey.Analyzers.Tests.Checking;

/// <summary>A library that a project references as a file: its analyzers see metadata, and no source.</summary>
internal static class Library
{
    /// <param name="source">The library's code; the usual usings are there.</param>
    /// <param name="isGuarded">Whether it was built with the generator.</param>
    /// <param name="name">Its name.</param>
    public static MetadataReference Compile(string source, bool isGuarded, string name = "Library")
    {
        var library = CompilationOf(source, isGuarded, name);
        using var image = new MemoryStream();
        Assert.True(library.Emit(image).Success, string.Join('\n', library.GetDiagnostics()));
        return MetadataReference.CreateFromImage(image.ToArray());
    }

    /// <summary>The same as an editor has it that holds both projects: its symbols have their source.</summary>
    public static MetadataReference Project(string source) => CompilationOf(source, isGuarded: true, "Library").ToMetadataReference();

    private static Compilation CompilationOf(string source, bool isGuarded, string name)
    {
        var parsing = new CSharpParseOptions(LanguageVersion.CSharp14);
        Compilation library = CSharpCompilation.Create(
            name,
            [CSharpSyntaxTree.ParseText(References.Usings, parsing), CSharpSyntaxTree.ParseText(source, parsing)],
            References.All,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        if (isGuarded)
        {
            CSharpGeneratorDriver.Create([new AgentToolGenerator().AsSourceGenerator()], parseOptions: parsing)
                .RunGeneratorsAndUpdateCompilation(library, out library, out _);
        }

        return library;
    }
}
