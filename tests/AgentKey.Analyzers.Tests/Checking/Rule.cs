using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;

namespace AgentKey.Analyzers.Tests.Checking;

/// <summary>
/// Checks one rule. Inputs mark what is flagged, as <c>{|AK0001:place|}</c>; what is not marked must not be flagged, and
/// inputs must compile.
/// </summary>
internal static class Rule<TAnalyzer>
    where TAnalyzer : DiagnosticAnalyzer, new()
{
    /// <param name="source">The project's code.</param>
    /// <param name="references">What it references besides.</param>
    public static Task CheckAsync(string source, params MetadataReference[] references) => CheckAsync<EmptyCodeFixProvider>(source, null, null, references);

    /// <summary>Also applies the fix, to each place and to all at once; both must come to <paramref name="result"/>.</summary>
    public static Task FixAsync<TFix>(string source, string result, string? key = null)
        where TFix : CodeFixProvider, new() => CheckAsync<TFix>(source, result, key);

    private static Task CheckAsync<TFix>(string source, string? result, string? key, params MetadataReference[] references)
        where TFix : CodeFixProvider, new()
    {
        var test = new RuleTest<TAnalyzer, TFix> { TestCode = source, CodeActionEquivalenceKey = key };
        test.TestState.AdditionalReferences.AddRange(references);
        if (result is not null)
        {
            test.FixedCode = result;
            test.FixedState.MarkupHandling = MarkupMode.Allow;
        }
        else
        {
            test.FixedState.Sources.Clear();
        }

        return test.RunAsync();
    }
}
