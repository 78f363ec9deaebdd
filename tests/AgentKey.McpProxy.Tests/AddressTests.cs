using AgentKey.Agents.Mcp.Tests.Hosting;
using AgentKey.Cli.McpProxy.Served;
using AgentKey.McpProxy.Tests.Hosting;
using AgentKey.Money;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace AgentKey.McpProxy.Tests;

/// <summary>Addresses that a server may read as those of another entry, and so at another price.</summary>
public sealed class AddressTests
{
    private static readonly string[] Entries =
    [
        "docs://index", "docs://{+path}", "plain://items/admin", "plain://items/{id}", "http://h/free.txt", "http://h/paid.txt", "http://h/paid/{id}", "http://{+all}",
        "log://{+name}/public", "page://{name}{#part}", "twice://a%20b",
    ];

    [Theory]
    [InlineData("docs://guide", "docs://{+path}")]
    [InlineData("docs://alice@example.com/guide?part=1", "docs://{+path}")]
    [InlineData("plain://items/a%2Fb", "plain://items/{id}")]
    [InlineData("plain://items/caf%C3%A9%20au%20lait", "plain://items/{id}")]
    [InlineData("page://start", "page://{name}{#part}")]
    [InlineData("page://start#end", "page://{name}{#part}")]
    [InlineData("twice://a%20b", "twice://a%20b")]
    [InlineData("docs://secret@index", null)]
    [InlineData("docs://index#secret", null)]
    [InlineData("docs://INDEX", null)]
    [InlineData("docs://index/", null)]
    [InlineData("docs://index?", null)]
    [InlineData("docs:////index", null)]
    [InlineData("docs://inde%78", null)]
    [InlineData("docs://inde%2578", null)]
    [InlineData("docs://in\tdex", null)]
    [InlineData("docs://index ", null)]
    [InlineData("docs://x%40index", null)]
    [InlineData("docs://x\\@index", null)]
    [InlineData("docs://a/../index", null)]
    [InlineData("docs://a/.%2e/index", null)]
    [InlineData("docs://a%2F..%2Findex", null)]
    [InlineData("docs://%2525252525252525", null)]
    [InlineData("plain://items/%61dmin", null)]
    [InlineData("plain://items/ADMIN", null)]
    [InlineData("http://h/paid.txt/%2e%2e/free.txt", null)]
    [InlineData("http://h/free.txt#/../paid.txt", null)]
    [InlineData("http://h/paid/../free.txt", null)]
    [InlineData("http://h:80/paid.txt", null)]
    [InlineData("http://h:80/paid/7", null)]
    [InlineData("http://h/PAID/7", null)]
    [InlineData("log://secret#/public", null)]
    public void An_address_that_can_be_read_as_that_of_another_entry_goes_by_none(string address, string? expected) =>
        Assert.Equal(expected, new AddressOrder(Entries).EntryOf(address));

    [Theory]
    [InlineData("plain://secret@notes")]
    [InlineData("plain://notes#secret")]
    [InlineData("plain://NOTES")]
    [InlineData("plain://notes/")]
    [InlineData("plain://items/%61dmin")]
    public async Task What_may_be_read_as_another_resource_is_neither_read_nor_followed_nor_completed(string address)
    {
        const string Policy = """
            {"tools": {"grow": {"public": true}}, "resources": {"plain://notes": {"public": true}, "plain://items/admin": {"scope": "admin.items", "cents": 50},
             "plain://items/{id}": {"scope": "plain.items", "cents": 1}, "plain://{+path}": {"scope": "admin.docs", "cents": 10}}}
            """;
        var token = TestContext.Current.CancellationToken;
        await using var line = await Line.StartAsync(isHttp: true, isHttpBehind: true, policy: Policy, protocol: "2025-11-25", behind: ["--protocol", "2025-11-25"]);
        await line.Client.CallAsync("grow", ("name", "{+path}"), ("kind", "resource"));
        await Eventually.IsTrueAsync(async () => await IsClosedAsync(line, "insufficient_scope"));

        var read = await Assert.ThrowsAsync<McpProtocolException>(async () => await line.Client.ReadResourceAsync(address, cancellationToken: token));
        var followed = await Assert.ThrowsAsync<McpProtocolException>(() => line.Client.SubscribeToResourceAsync(address, cancellationToken: token));
        var completed = await line.Client.CompleteAsync(new ResourceTemplateReference { Uri = address }, "id", "", cancellationToken: token);

        Assert.Equal([McpErrorCode.ResourceNotFound, McpErrorCode.ResourceNotFound], new[] { read.ErrorCode, followed.ErrorCode });
        Assert.Empty(completed.Completion.Values);
        Assert.Equal(Cost.Zero, await line.SpentAsync());
    }

    private static async Task<bool> IsClosedAsync(Line line, string reason)
    {
        var refusal = await Assert.ThrowsAsync<McpProtocolException>(
            async () => await line.Client.ReadResourceAsync("plain://secret", cancellationToken: TestContext.Current.CancellationToken));
        return refusal.Message.Contains(reason, StringComparison.Ordinal);
    }
}
