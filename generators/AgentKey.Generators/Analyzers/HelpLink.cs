using System.Reflection;

namespace AgentKey.Generators.Analyzers;

/// <summary>Where the page of a rule is.</summary>
internal static class HelpLink
{
    /// <summary>The repository's address when the build knows it, otherwise the path in the repository and in the package.</summary>
    private static readonly string Pages = typeof(HelpLink).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(metadata => metadata.Key == "RulePages")
        .Value!;

    public static string For(string id) => $"{Pages}{id}.md";
}
