using System.Text.Json.Nodes;
using AgentKey.Agents.Mcp.Tests.Hosting;
using AgentKey.McpProxy.Tests.Hosting;

namespace AgentKey.McpProxy.Tests;

public sealed class CommandTests
{
    private const string Exact = """{"tools": {"echo": {"scope": "plain.echo", "cents": 1}, "gone": {"scope": "plain.gone", "cents": 1}}}""";

    [Fact]
    public async Task The_report_names_what_is_unpriced_and_what_is_not_there()
    {
        await using var folder = await KeyFolder.CreateAsync();
        await using var proxy = new Proxy(folder, Exact);

        var (exitCode, output, _) = await proxy.RunAsync(["--report", "--json", .. PlainServer.Command()]);
        var tools = JsonNode.Parse(output)!["tools"]!;

        Assert.Equal(1, exitCode);
        Assert.Equal("""["echo"]""", tools["served"]!.ToJsonString());
        Assert.Contains("add", tools["unpriced"]!.AsArray().Select(name => name!.GetValue<string>()));
        Assert.Equal("""["gone"]""", tools["unknown"]!.ToJsonString());
    }

    [Fact]
    public async Task The_start_says_how_much_is_served()
    {
        await using var folder = await KeyFolder.CreateAsync();
        await using var proxy = new Proxy(folder, Exact);

        var ready = await proxy.StartHttpAsync(PlainServer.Command());

        Assert.Matches(@"^Ready: 1 of \d\d tools.* at http://127\.0\.0\.1:\d+/mcp$", ready);
    }

    [Theory]
    [InlineData("--url is missing")]
    [InlineData("--url is no address", "--url", "nowhere")]
    [InlineData("--url does not go with a command", "--url", "http://127.0.0.1:9/mcp", "--", "dotnet")]
    [InlineData("--listen is no address", "--listen", "nowhere", "--", "dotnet")]
    [InlineData("--behind is no address", "--listen", "http://127.0.0.1:0", "--behind", "nowhere", "--", "dotnet")]
    [InlineData("--behind goes with --listen", "--behind", "127.0.0.1", "--", "dotnet")]
    [InlineData("--host goes with --listen", "--host", "mcp.example.com", "--", "dotnet")]
    [InlineData("--host is no name", "--listen", "http://127.0.0.1:0", "--host", "*", "--", "dotnet")]
    [InlineData("--host is no name", "--listen", "http://127.0.0.1:0", "--host", "*.example.com", "--", "dotnet")]
    [InlineData("--host is no name", "--listen", "http://127.0.0.1:0", "--host", "https://mcp.example.com", "--", "dotnet")]
    [InlineData("--header has another form", "--url", "http://127.0.0.1:9/mcp", "--header", "nothing")]
    [InlineData("--header names AGENTKEY_API_KEY", "--url", "http://127.0.0.1:9/mcp", "--header", "Authorization=AGENTKEY_API_KEY")]
    [InlineData("--header needs --url", "--header", "Authorization=PATH", "--", "dotnet")]
    public async Task A_bad_argument_is_named_on_one_line(string expected, params string[] arguments)
    {
        await using var folder = await KeyFolder.CreateAsync();
        await using var proxy = new Proxy(folder, Exact) { Environment = { ["AGENTKEY_API_KEY"] = "ak_something" } };

        var (exitCode, _, error) = await proxy.RunAsync(arguments);

        Assert.Equal(2, exitCode);
        Assert.StartsWith(expected, Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_that_holds_the_callers_key_is_refused_without_repeating_it()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var secret = (await folder.MintAsync(1, "plain.*")).Secret.Reveal();
        await using var proxy = new Proxy(folder, Exact) { Environment = { ["AGENTKEY_API_KEY"] = secret } };

        var (exitCode, output, error) = await proxy.RunAsync(PlainServer.Command("--token=" + secret));

        Assert.Equal(2, exitCode);
        Assert.StartsWith("COMMAND contains the caller's key", error, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, output + error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_cannot_be_started_stops_the_start()
    {
        await using var folder = await KeyFolder.CreateAsync();
        await using var proxy = new Proxy(folder, Exact);

        var (exitCode, _, error) = await proxy.RunAsync("--", "no-such-program");

        Assert.Equal(1, exitCode);
        Assert.Contains("The server behind the proxy cannot be reached", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_was_not_migrated_stops_the_start_with_the_command_that_mends_it()
    {
        await using var folder = await KeyFolder.CreateAsync();
        await using var proxy = new Proxy($"sqlite:{folder.File}.empty", Exact);

        var (exitCode, _, error) = await proxy.RunAsync(PlainServer.Command());

        Assert.Equal(1, exitCode);
        Assert.Contains("agentkey migrate", error, StringComparison.Ordinal);
    }
}
