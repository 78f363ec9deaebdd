using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;

namespace AgentKey.Cli;

/// <summary>Tells which release of the command this is, as the package is numbered.</summary>
internal static class PackageVersion
{
    public static Option Option() => new VersionOption { Action = new Print() };

    private sealed class Print : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            // The SDK appends the commit that was built, which no package has in its number.
            var version = typeof(PackageVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
            parseResult.InvocationConfiguration.Output.WriteLine(version.Split('+')[0]);
            return ExitCode.Done;
        }
    }
}
