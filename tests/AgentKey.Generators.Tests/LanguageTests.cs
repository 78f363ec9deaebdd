using AgentKey.Generators.Tests.Compiling;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace AgentKey.Generators.Tests;

/// <summary>What is generated compiles without a warning in whatever project it lands in.</summary>
public sealed class LanguageTests
{
    private const string Source = """
        using System;
        using System.Threading;
        using System.Threading.Tasks;
        using AgentKey.Agents;

        /// <summary>Tools.</summary>
        public class Tools
        {
            /// <summary>Now obsolete.</summary>
            [Obsolete("gone soon"), AgentScope("demo.old")]
            public string Old(string text, params int[] rest) => text + rest.Length;

            /// <summary>Finds.</summary>
            [AgentScope("demo.find"), Cost(1)]
            public Task<string> FindAsync(string name, string fallback = null!, CancellationToken token = default) => Task.FromResult(name ?? fallback);
        }
        """;

    public static MatrixTheoryData<LanguageVersion, NullableContextOptions> Settings => new(
        [LanguageVersion.CSharp10, LanguageVersion.CSharp11, LanguageVersion.CSharp12, LanguageVersion.CSharp13, LanguageVersion.CSharp14],
        [NullableContextOptions.Enable, NullableContextOptions.Disable]);

    [Theory]
    [MemberData(nameof(Settings))]
    public void Guarded_tools_compile_without_a_warning(LanguageVersion language, NullableContextOptions nullable)
    {
        var run = GeneratorRun.Of(Source, new CompilerSettings { Language = language, Nullable = nullable });

        Assert.NotNull(run.Type("GuardedTools"));
        Assert.Empty(run.Complaints);
    }
}
