using System.CommandLine;
using System.Net;
using AgentKey.Cli.McpProxy.Hosting;
using AgentKey.Cli.McpProxy.Policies;
using AgentKey.Cli.McpProxy.Served;
using AgentKey.Cli.McpProxy.Upstream;
using AgentKey.Cli.Output;
using AgentKey.Keys;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;

namespace AgentKey.Cli.McpProxy;

/// <summary>Puts keys and prices in front of a server that knows nothing of them.</summary>
internal static class McpProxyCommand
{
    private const string ListenForm = "http://ADDRESS:PORT, e.g. http://127.0.0.1:5100; port 0 takes a free one";

    private static readonly Option<string> Policy = new("--policy") { Description = "The JSON file that gives each tool a scope and a price. What it does not name is closed.", Required = true };
    private static readonly Option<string?> Url = new("--url") { Description = "The server to stand before, when it is called over HTTP." };
    private static readonly Option<string[]> Header = new("--header") { Description = "A header for that server, e.g. Authorization=MY_TOKEN: its value stands in the variable MY_TOKEN. Repeatable." };
    private static readonly Option<string?> Listen = new("--listen") { Description = $"Serve over HTTP at this address, to clients with a key as their bearer [default: standard input and output, with the key in {AgentSecret.EnvironmentVariable}]." };
    private static readonly Option<string?> Behind = new("--behind") { Description = "With --listen: the address of the one proxy whose X-Forwarded-For says where a client is, e.g. 127.0.0.1." };
    private static readonly Option<string[]> Host = new("--host") { Description = "With --listen: a name that clients call this proxy by, e.g. mcp.example.com where the proxy before it passes that on. Repeatable." };
    private static readonly Option<bool> Report = new("--report") { Description = "Only say what has no price, and what has one but is not there. Exits with 1 when there is any." };
    private static readonly Argument<string[]> Command = new("COMMAND") { Description = "After --, the program to start as the server, and its arguments.", Arity = ArgumentArity.ZeroOrMore };

    public static Command Create() =>
        new Command("mcp-proxy", "Put keys and prices in front of any MCP server, without touching it.") { Policy, Url, Header, Listen, Behind, Host, Report, Command }.RunsUntilStopped(RunAsync);

    private static async Task<int> RunAsync(AgentKeys keys, ParseResult parse, CancellationToken cancellationToken)
    {
        var listen = parse.GetValue(Listen) is { } text ? ParseListen(text) : null;
        var behind = parse.GetValue(Behind) is { } proxy ? ParseBehind(proxy, listen) : null;
        var hosts = (parse.GetValue(Host) ?? []).Select(name => RequireHost(name, listen)).ToArray();
        var address = UpstreamAddress.Parse(parse.GetValue(Command) ?? [], parse.GetValue(Url), parse.GetValue(Header) ?? []);
        var policy = PolicyFile.Read(parse.GetValue(Policy)!);
        if (!address.IsHttp)
        {
            HiddenProcess.Hide();
        }

        using var loggers = ProxyHost.CreateLoggers();
        await using var first = new ServedServer(new CallerSession(address, loggers, isShared: listen is not null), policy);
        if (parse.GetValue(Report))
        {
            var result = (await first.LoadAsync(cancellationToken)).ToResult();
            ResultWriter.Write(result, parse.GetValue(GlobalOptions.Json));
            return result.ExitCode;
        }

        // A proxy without its table would refuse every call: say so now, with the command that mends it.
        await keys.PingAsync(cancellationToken);
        var report = await first.LoadAsync(cancellationToken);
        await using var another = listen is null ? await FindKnowingClientAsync(first) : null;
        var served = another ?? first;
        using var host = listen is null ? StdioProxy.Build(keys, served) : HttpProxy.Build(keys, served, listen, behind, hosts);
        await host.StartAsync(cancellationToken);
        var place = host is WebApplication application ? new Uri(new Uri(application.Urls.Single()), listen!.AbsolutePath).ToString() : "standard input and output";
        await Console.Error.WriteLineAsync($"Ready: {report.Summary} at {place}");
        foreach (var line in report.Lines)
        {
            await Console.Error.WriteLineAsync(line);
        }

        await host.WaitForShutdownAsync(cancellationToken);
        return ExitCode.Done;
    }

    // Up to 2025-11-25 a server learns at the beginning what its client can be asked, and nobody has come yet.
    private static async Task<ServedServer?> FindKnowingClientAsync(ServedServer first)
    {
        if (!first.Session.Link.HasHandshake)
        {
            return null;
        }

        await first.DisposeAsync();
        return first.OpenSession();
    }

    private static Uri ParseListen(string text) => Uri.TryCreate(text, UriKind.Absolute, out var listen) && listen is { Scheme: "http", Query: "", UserInfo: "" }
        ? listen.AbsolutePath == "/" ? new Uri(listen, "/mcp") : listen
        : throw new InvalidFieldException("--listen", "is no address", ListenForm);

    private static IPAddress ParseBehind(string text, Uri? listen) => listen is null
        ? throw new InvalidFieldException("--behind", "goes with --listen", "--listen http://ADDRESS:PORT --behind ADDRESS")
        : IPAddress.TryParse(text, out var address) ? address : throw new InvalidFieldException("--behind", "is no address", "an IP address, e.g. 127.0.0.1");

    // A wildcard would let any page's name for this machine in.
    private static string RequireHost(string name, Uri? listen) => listen is null
        ? throw new InvalidFieldException("--host", "goes with --listen", "--listen http://ADDRESS:PORT --host NAME")
        : Uri.CheckHostName(name) is UriHostNameType.Dns or UriHostNameType.IPv4 ? name : throw new InvalidFieldException("--host", "is no name", "a name without port, e.g. mcp.example.com");
}
