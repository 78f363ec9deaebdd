namespace AgentKey.Generators.Emission;

/// <summary>What the files about the whole assembly have in common.</summary>
internal static class RegistrationFile
{
    public const string Agents = "AgentKey.Agents";
    public const string DependencyInjection = "Microsoft.Extensions.DependencyInjection";
    public const string Services = "global::Microsoft.Extensions.DependencyInjection.IServiceCollection";
    public const string AddAgentTools = "global::Microsoft.Extensions.DependencyInjection.AgentToolsServiceCollectionExtensions.AddAgentTools";

    private const string Namesakes = "CS0436 // A project that sees another's internals sees this class of both, and means its own.";

    /// <summary>Writes a file with one static class.</summary>
    public static string Write(string home, string name, string summary, IEnumerable<string> experimental, Action<SourceWriter> members)
    {
        var writer = new SourceWriter();
        writer.Header(experimental, Namesakes);
        writer.OpenNamespace(home);
        writer.Line($"/// <summary>{summary}</summary>");
        writer.Line(SourceWriter.GeneratedCode);
        writer.Open($"internal static class {name}");
        members(writer);
        writer.Close();
        writer.CloseNamespace(home);
        return writer.ToString();
    }
}
