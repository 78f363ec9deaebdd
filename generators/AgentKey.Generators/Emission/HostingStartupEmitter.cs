namespace AgentKey.Generators.Emission;

/// <summary>Names, in a web application, what keeps its tagged endpoints closed when it forgets to register keys.</summary>
internal static class HostingStartupEmitter
{
    public static string Emit()
    {
        var writer = new SourceWriter();
        writer.Header([]);
        writer.Line($"[assembly: global::Microsoft.AspNetCore.Hosting.HostingStartup(typeof(global::{WellKnownNames.HttpAdapter}))]");
        return writer.ToString();
    }
}
