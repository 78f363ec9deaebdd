using System.CommandLine;
using System.CommandLine.Help;
using AgentKey.Cli;
using AgentKey.Cli.Commands;
using AgentKey.Cli.McpProxy;
using AgentKey.Cli.Output;

// Not a RootCommand: that one is called what the assembly is, and "agentkey" would be the core library's file name.
var root = new Command("agentkey", "Capped, scoped keys for AI agents.")
{
    new HelpOption(),
    PackageVersion.Option(),
    MigrateCommand.Create(),
    CreateCommand.Create(),
    ListCommand.Create(),
    ShowCommand.Create(),
    ChargeCommand.Create(),
    RotateCommand.Create(),
    RevokeCommand.Create(),
    BudgetCommand.Create(),
    UsageCommand.Create(),
    ChargesCommand.Create(),
    VerifyCommand.Create(),
    DoctorCommand.Create(),
    PruneCommand.Create(),
    ServeCommand.Create(),
    ToolsCommand.Create(),
    McpProxyCommand.Create(),
    GlobalOptions.Store,
    GlobalOptions.Table,
    GlobalOptions.Column,
    GlobalOptions.Json,
};

// A name that starts with @ is a name: read as a file of arguments, it could give a key other rights than its command says.
var parse = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
return parse.Errors.Count > 0
    ? ErrorWriter.WriteUsage(UsageError.Describe(parse), args.Contains("--json"))
    // Time to end the servers that a proxy has started, which would outlive it, and the requests under way.
    : await parse.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
