using AgentKey.Agents.Mcp.Tests.Hosting;
using AgentKey.Money;

namespace AgentKey.Agents.Mcp.Tests;

public sealed class StdioTests
{
    [Fact]
    public async Task The_environments_key_pays_until_it_is_revoked()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(300, "test.*");
        await using var server = PipeServer.Start(folder, key.Secret.Reveal());
        await using var client = await server.ConnectAsync();

        var before = await client.CallAsync("work");
        await folder.Keys.RevokeAsync(key.Key.Id, cancellationToken: TestContext.Current.CancellationToken);
        var after = await client.CallAsync("work");

        Assert.Null(Clients.CodeOf(before));
        Assert.Equal("""{"code":"invalid_key","costCents":15}""", after.StructuredContent!.Value.GetRawText());
        Assert.Equal(1, server.Bodies);
        Assert.Equal(Cost.FromCents(15), await folder.SpentAsync(key));
    }

    [Theory]
    [InlineData(null, "no_caller")]
    [InlineData("", "no_caller")]
    [InlineData("not a key", "invalid_key")]
    public async Task Without_a_key_in_the_environment_nothing_runs(string? secret, string code)
    {
        await using var folder = await KeyFolder.CreateAsync();
        await using var server = PipeServer.Start(folder, secret);
        await using var client = await server.ConnectAsync();

        var result = await client.CallAsync("work");

        Assert.Equal(code, Clients.CodeOf(result));
        Assert.Equal(0, server.Bodies);
    }
}
