using System.Collections.Immutable;

namespace AgentKey.Generators.Analyzers;

/// <summary>What a rule tells its fix, by keys of <c>Diagnostic.Properties</c>.</summary>
internal static class FixData
{
    /// <summary>The text to put where the rule points.</summary>
    public const string Replacement = nameof(Replacement);

    /// <summary>The attribute to change, by its metadata name.</summary>
    public const string Offer = nameof(Offer);

    /// <summary>The scope to add.</summary>
    public const string Scope = nameof(Scope);

    /// <summary>The guarded twin, as code can name it.</summary>
    public const string Twin = nameof(Twin);

    /// <summary>What a framework calls the raw class.</summary>
    public const string PluginName = nameof(PluginName);

    public static ImmutableDictionary<string, string?> Of(string key, string? value) =>
        ImmutableDictionary<string, string?>.Empty.Add(key, value);
}
