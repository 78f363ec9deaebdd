namespace AgentKey.Generators;

/// <summary>Names of the pipeline's stages, for the tests that prove caching.</summary>
internal static class TrackingNames
{
    /// <summary>The only stage that holds something of the compiler: a compilation that declares the same counts as the same.</summary>
    public const string Declarations = nameof(Declarations);

    public const string Tools = nameof(Tools);
    public const string ToolClasses = nameof(ToolClasses);
    public const string Features = nameof(Features);
}
