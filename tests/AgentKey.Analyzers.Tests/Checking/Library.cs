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

        using var image = new MemoryStream();
        Assert.True(library.Emit(image).Success, string.Join('\n', library.GetDiagnostics()));
        return MetadataReference.CreateFromImage(image.ToArray());
    }
}
