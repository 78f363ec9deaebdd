namespace AgentKey.Generators;

/// <summary>Names of the pipeline's stages, for the tests that prove caching.</summary>
internal static class TrackingNames
{
    public const string Tools = nameof(Tools);
    public const string PublicTools = nameof(PublicTools);
    public const string InheritedTools = nameof(InheritedTools);
    public const string ToolClasses = nameof(ToolClasses);
    public const string Features = nameof(Features);
}
