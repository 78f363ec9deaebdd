using System.Net;
using AgentKey.Agents.Mcp.Tests.Hosting;
using AgentKey.Money;
using ModelContextProtocol.Protocol;

namespace AgentKey.Agents.Mcp.Tests.Examples;

public sealed class BudgetedMcpServerTests
{
    [Fact]
    public async Task Over_stdio_the_environments_key_pays_for_real_work()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(300, "docs.*");
        await using var server = new ExampleServer(folder);
        await using var client = await server.ConnectStdioAsync(key.Secret.Reveal());

        var found = await client.CallAsync("search", ("query", "what may an agent spend"));
        var read = await client.CallAsync("read", ("path", "guides/budgets.md"));
        var summary = await client.CallAsync("summarize", ("path", "weather.md"), ("sentences", 1));

        Assert.Contains("guides/budgets.md", Clients.TextOf(found), StringComparison.Ordinal);
        Assert.StartsWith("# Budgets", Clients.TextOf(read), StringComparison.Ordinal);
        Assert.Equal("Winds blow from the west coast all day.", Clients.TextOf(summary));
        // 1 for the search, 0.2 for each 1,000 of 50 characters, 15 for the summary.
        Assert.Equal(Cost.FromCents(16.01m), await folder.SpentAsync(key));
    }

    [Fact]
    public async Task Over_stdio_nothing_runs_without_a_key()
    {
        await using var folder = await KeyFolder.CreateAsync();
        await using var server = new ExampleServer(folder);
        await using var client = await server.ConnectStdioAsync(secret: null);

        Assert.Equal("no_caller", Clients.CodeOf(await client.CallAsync("search", ("query", "agent"))));
    }

    [Fact]
    public async Task Over_http_each_scope_is_its_own_and_the_cap_holds()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var reader = await folder.MintAsync(300, "docs.read");
        var writer = await folder.MintAsync(300, "docs.summarize");
        await using var server = new ExampleServer(folder);
        await server.StartHttpAsync();
        await using var readerClient = await server.ConnectHttpAsync(reader);
        await using var writerClient = await server.ConnectHttpAsync(writer);

        var forbidden = await readerClient.CallAsync("summarize", ("path", "weather.md"));
        var results = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => writerClient.CallAsync("summarize", ("path", "weather.md")).AsTask()));

        Assert.Equal("insufficient_scope", Clients.CodeOf(forbidden));
        Assert.Equal(20, results.Count(result => result.IsError != true));
        Assert.Equal(Cost.FromCents(300), await folder.SpentAsync(writer));
        Assert.Equal(Cost.Zero, await folder.SpentAsync(reader));
    }

    [Fact]
    public async Task Reading_costs_what_was_read()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(300, "docs.*");
        await using var server = new ExampleServer(folder);
        await server.StartHttpAsync();
        await using var client = await server.ConnectHttpAsync(key);

        var result = await client.CallAsync("read", ("path", "weather.md"));

        var expected = Cost.FromCents(0.0002m * Clients.TextOf(result).Length);
        Assert.Equal(expected.Cents, (decimal)result.Meta!["agentkey/costCents"]!);
        Assert.Equal(expected, await folder.SpentAsync(key));
    }

    [Fact]
    public async Task A_tool_that_asks_goes_on_with_the_answer_and_is_paid_once()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(300, "docs.*");
        await using var server = new ExampleServer(folder);
        await server.StartHttpAsync();
        var human = new Answer("accept", "guides");
        await using var client = await server.ConnectHttpAsync(key, human);

        var result = await client.CallAsync("digest");

        Assert.Equal("A budget caps what an agent may spend.", Clients.TextOf(result));
        Assert.Equal(["Which folder?"], human.Questions);
        Assert.Equal(Cost.FromCents(40), await folder.SpentAsync(key));
    }

    [Fact]
    public async Task The_prompt_and_the_resource_are_paid_for()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(300, "docs.*");
        await using var server = new ExampleServer(folder);
        await server.StartHttpAsync();
        await using var client = await server.ConnectHttpAsync(key);
        var token = TestContext.Current.CancellationToken;

        var prompt = await client.GetPromptAsync("review", new Dictionary<string, object?> { ["path"] = "weather.md" }, cancellationToken: token);
        var index = await client.ReadResourceAsync("docs://index", cancellationToken: token);

        Assert.Contains("The weather of the coast", ((TextContentBlock)prompt.Messages.Single().Content).Text, StringComparison.Ordinal);
        Assert.Equal("guides/budgets.md\nweather.md", ((TextResourceContents)index.Contents.Single()).Text);
        Assert.Equal(Cost.FromCents(1.1m), await folder.SpentAsync(key));
    }

    [Fact]
    public async Task No_path_leads_out_of_the_folder_and_asking_costs_nothing()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(300, "docs.*");
        await using var server = new ExampleServer(folder);
        await server.StartHttpAsync();
        await using var client = await server.ConnectHttpAsync(key);

        foreach (var path in new[] { "../secret.md", "guides/../../secret.md", "link.md", "./weather.md", "/etc/hostname", "..\\secret.md", "" })
        {
            var result = await client.CallAsync("read", ("path", path));
            Assert.True(result.IsError, path);
            Assert.DoesNotContain("outside", Clients.TextOf(result), StringComparison.Ordinal);
        }

        Assert.Equal(Cost.Zero, await folder.SpentAsync(key));
    }

    [Fact]
    public async Task A_page_that_gave_this_machine_another_name_is_not_served()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(300, "docs.*");
        await using var server = new ExampleServer(folder);
        await server.StartHttpAsync();

        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, server.Endpoint);
        request.Headers.Host = "rebound.example";
        request.Headers.Authorization = new("Bearer", key.Secret.Reveal());
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Theory]
    [InlineData("--bogus")]
    [InlineData("--docs")]
    [InlineData("--docs", "no-such-folder")]
    [InlineData("--urls", "nowhere")]
    [InlineData("--store", "oracle:x")]
    [InlineData("--store-timeout", "soon")]
    public async Task A_bad_argument_is_named_on_one_line(params string[] arguments)
    {
        var (exitCode, error) = await ExampleServer.RunAsync(arguments);

        Assert.Equal(2, exitCode);
        Assert.Contains(arguments[0], Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_was_not_migrated_stops_the_start_with_the_command_that_mends_it()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var empty = folder.File + ".empty";

        var (exitCode, error) = await ExampleServer.RunAsync("--store", $"sqlite:{empty}");

        Assert.Equal(1, exitCode);
        Assert.Contains("agentkey migrate", Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.False(File.Exists(empty));
    }
}
