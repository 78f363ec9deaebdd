namespace AgentKey.Serve.Tests;

public sealed class CommandTests
{
    [Theory]
    [InlineData(Database.Sqlite)]
    [InlineData(Database.Postgres)]
    public async Task The_command_serves_until_it_is_told_to_stop(string kind)
    {
        await using var database = await Database.CreateAsync(kind);
        await using var beside = await Sidecar.StartAsync(database);
        var key = await beside.MintAsync();
        await using var process = await ServeProcess.StartAsync(database);
        using var client = Sidecar.ClientOf(process.Data, Sidecar.AppToken);

        using var charged = await Sidecar.AskAsync(client, "/v1/charges", $$"""{"key": "{{key.Secret.Reveal()}}", "scope": "docs.read", "costCents": 15}""");
        var exitCode = await process.StopAsync();

        Assert.Equal(85m, (await charged.IsDoneAsync()).Amount("remainingCents"));
        Assert.Equal(0, exitCode);
    }

    [Fact]
    public async Task Without_a_token_nothing_starts_and_the_message_says_how_to_get_one()
    {
        await using var database = await Database.CreateAsync(Database.Sqlite);

        var (exitCode, error) = await ServeProcess.RunAsync(database.Address, token: null);

        Assert.Equal(2, exitCode);
        Assert.Contains("AGENTKEY_SERVE_TOKEN has no usable token", error, StringComparison.Ordinal);
        Assert.Contains("openssl rand -hex 32", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_table_nothing_starts_and_the_message_says_what_to_run()
    {
        await using var database = await Database.CreateAsync(Database.Sqlite);

        var (exitCode, error) = await ServeProcess.RunAsync(database.Address, Sidecar.AppToken);

        Assert.Equal(1, exitCode);
        Assert.Contains("agentkey migrate", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_file_that_is_not_there_is_named()
    {
        await using var database = await Database.CreateAsync(Database.Sqlite);

        var (exitCode, error) = await ServeProcess.RunAsync(database.Address, Sidecar.AppToken, "--token-file", "/nowhere/token");

        Assert.Equal(2, exitCode);
        Assert.Contains("--token-file cannot be read", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_for_operators_without_their_token_does_not_pass_for_no_admin_plane()
    {
        await using var database = await Database.CreateAsync(Database.Sqlite);

        var (exitCode, error) = await ServeProcess.RunAsync(database.Address, Sidecar.AppToken, "--admin-url", "http://127.0.0.1:0");

        Assert.Equal(2, exitCode);
        Assert.Contains("AGENTKEY_ADMIN_TOKEN has no usable token", error, StringComparison.Ordinal);
    }
}
