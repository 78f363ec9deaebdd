using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Testing;

namespace AgentKey.Analyzers.Tests.Checking;

/// <summary>What the tests' inputs are compiled against: this process's own assemblies, without those of the tests.</summary>
internal static class References
{
    public const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.ComponentModel;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using AgentKey.Agents;
        global using Microsoft.Extensions.AI;
        global using Microsoft.Extensions.DependencyInjection;
        global using Microsoft.SemanticKernel;
        global using ModelContextProtocol.Server;
        """;

    private static readonly string[] OfTheTests =
        ["AgentKey.Analyzers", "AgentKey.CodeFixes", "AgentKey.Generators", "Microsoft.CodeAnalysis", "Microsoft.VisualStudio", "NuGet.", "xunit"];

    /// <summary>No package is downloaded at test time.</summary>
    public static ReferenceAssemblies None { get; } = new("net10.0");

    public static IReadOnlyList<MetadataReference> All { get; } = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
        .Split(Path.PathSeparator)
        .Where(path => !OfTheTests.Any(start => Path.GetFileName(path).StartsWith(start, StringComparison.OrdinalIgnoreCase)))
        .Select(path => (MetadataReference)MetadataReference.CreateFromFile(path))
        .ToArray();
}
