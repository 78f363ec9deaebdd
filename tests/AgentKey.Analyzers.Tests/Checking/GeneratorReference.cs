using System.Reflection;
using AgentKey.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace AgentKey.Analyzers.Tests.Checking;

/// <summary>A project's reference to the generator: to a file, as a search through a solution understands no other.</summary>
internal static class GeneratorReference
{
    public static AnalyzerReference Create() => new AnalyzerFileReference(typeof(AgentToolGenerator).Assembly.Location, new Loaded());

    /// <summary>The assembly that the tests have anyway.</summary>
    private sealed class Loaded : IAnalyzerAssemblyLoader
    {
        public void AddDependencyLocation(string fullPath)
        {
        }

        public Assembly LoadFromPath(string fullPath) => typeof(AgentToolGenerator).Assembly;
    }
}
