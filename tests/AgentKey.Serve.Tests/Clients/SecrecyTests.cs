namespace AgentKey.Serve.Tests.Clients;

/// <summary>Where the clients send the application's token and the agent's key, and where not.</summary>
public sealed class SecrecyTests
{
    [Theory]
    [InlineData(Client.Python, 302)]
    [InlineData(Client.Python, 307)]
    [InlineData(Client.JavaScript, 302)]
    [InlineData(Client.JavaScript, 307)]
    public async Task A_redirect_is_not_followed(string language, int status)
    {
        await using var elsewhere = UnreliableServer.Saying("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}");
        await using var server = UnreliableServer.Saying(
            $"HTTP/1.1 {status} Elsewhere\r\nLocation: {elsewhere.Address}v1/charges\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

        var outcome = await Client.ChargeAsync(language, server.Address, "ak_secret", "1.5");

        Assert.Empty(elsewhere.Requests);
        Assert.Equal($"unanswered {status} {Assert.Single(server.OperationIds)}", outcome);
    }

    [Theory]
    [InlineData(Client.Python)]
    [InlineData(Client.JavaScript)]
    public async Task The_proxies_of_the_environment_are_not_for_secrets(string language)
    {
        await using var sidecar = await Sidecar.StartAsync(Database.Sqlite);
        var key = await sidecar.MintAsync();
        await using var proxy = UnreliableServer.Saying("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        var address = proxy.Address.ToString();

        var outcome = await Client.ChargeAsync(
            language, sidecar.Server.DataAddress, key.Secret.Reveal(), "1.5", ("http_proxy", address), ("HTTP_PROXY", address), ("no_proxy", ""));

        Assert.Empty(proxy.Requests);
        Assert.StartsWith("paid 1.500000 ", outcome, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Client.Python, "secret-in-the-token-of-two-lines\nsecret")]
    [InlineData(Client.Python, "secret-in-the-tökén-of-other-letters-€")]
    [InlineData(Client.Python, "secret-short")]
    [InlineData(Client.JavaScript, "secret-in-the-token-of-two-lines\nsecret")]
    [InlineData(Client.JavaScript, "secret-in-the-tökén-of-other-letters-€")]
    [InlineData(Client.JavaScript, "secret-short")]
    public async Task A_token_that_no_header_can_carry_is_named_and_not_shown(string language, string token)
    {
        await using var server = UnreliableServer.Saying("");

        var outcome = await Client.ChargeAsync(language, server.Address, "ak_key", "1.5", ("AGENTKEY_SERVE_TOKEN", token));

        Assert.Empty(server.Requests);
        Assert.Contains("token: 32 to 256 visible ASCII characters", outcome, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", outcome, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Client.Python, "file:///etc/secret")]
    [InlineData(Client.Python, "http://me:secret@127.0.0.1:1")]
    [InlineData(Client.JavaScript, "file:///etc/secret")]
    [InlineData(Client.JavaScript, "http://me:secret@127.0.0.1:1")]
    public async Task An_address_that_cannot_be_asked_is_named_and_not_shown(string language, string url)
    {
        var outcome = await Client.ChargeAsync(language, new Uri(url), "ak_key", "1.5");

        Assert.Contains("url: http:// or https:// and a host, without credentials", outcome, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", outcome, StringComparison.Ordinal);
    }
}
