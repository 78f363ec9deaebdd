using AgentKey.Agents.Mcp.Tests.Hosting;
using AgentKey.Cli.McpProxy.Served;
using AgentKey.McpProxy.Tests.Hosting;
using AgentKey.Money;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace AgentKey.McpProxy.Tests;

/// <summary>Prompts, resources and completion of a server that knows nothing of money.</summary>
public sealed class CatalogTests
{
    [Theory]
    [InlineData(false, null)]
    [InlineData(true, null)]
    [InlineData(true, "2025-11-25")]
    public async Task Prompts_and_resources_are_sold_as_tools_are(bool isHttp, string? protocol)
    {
        var token = TestContext.Current.CancellationToken;
        await using var line = await Line.StartAsync(isHttp, protocol: protocol);

        var prompts = await line.Client.ListPromptsAsync(cancellationToken: token);
        var resources = await line.Client.ListResourcesAsync(cancellationToken: token);
        var templates = await line.Client.ListResourceTemplatesAsync(cancellationToken: token);
        var prompt = await line.Client.GetPromptAsync("greet", new Dictionary<string, object?> { ["name"] = "Ann" }, cancellationToken: token);
        var notes = await line.Client.ReadResourceAsync("plain://notes", cancellationToken: token);
        var item = await line.Client.ReadResourceAsync("plain://items/7", cancellationToken: token);

        Assert.Equal("greet", Assert.Single(prompts).Name);
        Assert.Equal("plain://notes", Assert.Single(resources).Uri);
        Assert.Equal("plain://items/{id}", Assert.Single(templates).UriTemplate);
        Assert.Equal("""{"cents":0.5}""", templates[0].ProtocolResourceTemplate.Meta!["agentkey/price"]!.ToJsonString());
        Assert.Equal("Say hello to Ann.", Assert.IsType<TextContentBlock>(Assert.Single(prompt.Messages).Content).Text);
        Assert.Equal("item 7", Assert.IsType<TextResourceContents>(Assert.Single(item.Contents)).Text);
        var letters = Assert.IsType<TextResourceContents>(Assert.Single(notes.Contents)).Text.Length;
        Assert.Equal(Cost.FromCents(2 + 0.5m + (letters / 10m)), await line.SpentAsync());
    }

    [Fact]
    public async Task What_has_no_price_or_is_out_of_scope_is_neither_read_nor_completed()
    {
        var token = TestContext.Current.CancellationToken;
        await using var line = await Line.StartAsync(isHttp: true);
        await using var stranger = await line.Proxy.ConnectHttpAsync(await line.Folder.MintAsync(300, "plain.echo"));

        var closedPrompt = await Assert.ThrowsAsync<McpProtocolException>(async () => await line.Client.GetPromptAsync("hidden", cancellationToken: token));
        await Assert.ThrowsAsync<McpProtocolException>(async () => await line.Client.ReadResourceAsync("plain://secret", cancellationToken: token));
        var forbidden = await Assert.ThrowsAsync<McpProtocolException>(async () => await stranger.ReadResourceAsync("plain://items/7", cancellationToken: token));
        var completed = await line.Client.CompleteAsync(new PromptReference { Name = "greet" }, "name", "An", cancellationToken: token);
        var closed = await line.Client.CompleteAsync(new PromptReference { Name = "hidden" }, "name", "An", cancellationToken: token);
        await Assert.ThrowsAsync<McpProtocolException>(async () => await stranger.CompleteAsync(new PromptReference { Name = "greet" }, "name", "An", cancellationToken: token));

        Assert.Equal(McpErrorCode.InvalidParams, closedPrompt.ErrorCode);
        Assert.Contains("insufficient_scope", forbidden.Message, StringComparison.Ordinal);
        Assert.Equal(["An1", "An2"], completed.Completion.Values);
        Assert.Empty(closed.Completion.Values);
        Assert.Equal(Cost.Zero, await line.SpentAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_templates_that_match_one_address_the_first_in_the_policy_says_what_it_costs(bool isReversed)
    {
        string[] templates = [.. Enumerable.Range(1, 12).Select(number => $"items/{{part{number}}}")];
        var entries = templates.Select((template, index) => $"\"plain://{template}\": {{\"scope\": \"plain.part{index + 1}\", \"cents\": {index + 1}}}");
        var policy = Policies.Plain.Replace(
            "\"resources\": {", $"\"resources\": {{{string.Join(',', isReversed ? entries.Reverse() : entries)},", StringComparison.Ordinal);
        await using var line = await Line.StartAsync(policy: policy);
        foreach (var template in templates)
        {
            await line.Client.CallAsync("grow", ("name", template), ("kind", "resource"));
        }

        await Eventually.IsTrueAsync(async () =>
            (await line.Client.ListResourceTemplatesAsync(cancellationToken: TestContext.Current.CancellationToken)).Count == templates.Length + 1);
        await line.Client.ReadResourceAsync("plain://items/7", cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(Cost.FromCents(isReversed ? 12 : 1), await line.SpentAsync());
    }

    [Theory]
    [InlineData("a://b/7", "a://{+all}")]
    [InlineData("a://b/index", "a://b/index")]
    [InlineData("c://7", "c://{id}")]
    [InlineData("d://7", null)]
    public void An_address_goes_by_its_own_entry_or_by_the_first_template_that_can_make_it(string address, string? expected) =>
        Assert.Equal(expected, new AddressOrder(["a://{+all}", "a://b/{id}", "a://b/index", "c://{id}", "c://{+all}"]).EntryOf(address));

    [Theory]
    [InlineData("a://b/{id}", "a://b/7", true)]
    [InlineData("a://b/{id}", "a://b/7/8", false)]
    [InlineData("a://b/{id}", "a://b/", false)]
    [InlineData("a://b/{+path}", "a://b/7/8", true)]
    [InlineData("a://b{/x,y}", "a://b/7/8", true)]
    [InlineData("a://b{?q,r}", "a://b", true)]
    [InlineData("a://b{?q,r}", "a://b?q=1&r=2", true)]
    [InlineData("a://b.c", "a://bxc", false)]
    [InlineData("a://b", "a://b\n", false)]
    public void A_template_matches_what_it_can_make(string template, string address, bool isMatch) =>
        Assert.Equal(isMatch, new AddressPattern(template).IsMatch(address));
}
