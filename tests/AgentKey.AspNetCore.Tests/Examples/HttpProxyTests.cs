using System.Net;
using AgentKey.Keys;
using AgentKey.Money;
using Microsoft.AspNetCore.Http;

namespace AgentKey.AspNetCore.Tests.Examples;

public sealed class HttpProxyTests : IAsyncLifetime
{
    private const string Chat = """{"model":"gpt-x","stream":true,"messages":[{"role":"user","content":"hello"}]}""";

    private readonly KeyFolder _folder = new();
    private readonly HttpClient _client = new();
    private AgentKeys _keys = null!;
    private Upstream _upstream = null!;

    public async ValueTask InitializeAsync()
    {
        _keys = new AgentKeys(_folder.OpenStore());
        await _keys.MigrateAsync(TestContext.Current.CancellationToken);
        _upstream = await Upstream.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _upstream.DisposeAsync();
        await _keys.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Row71_An_agent_pays_for_a_stream_and_its_key_stays_here()
    {
        var key = await KeyFolder.MintAsync(_keys, 20, "proxy.chat");
        await using var proxy = await ProxyProcess.StartAsync(_folder, _upstream.Address);

        using var first = await SendAsync(proxy, key);
        using var second = await SendAsync(proxy, key);

        Assert.Equal("data: one\n\ndata: [DONE]\n\n", await first.Content.ReadAsStringAsync());
        Assert.Equal("text/event-stream", first.Content.Headers.ContentType!.MediaType);
        await second.IsProblemAsync(HttpStatusCode.PaymentRequired, "budget_exhausted");
        var request = Assert.Single(_upstream.Requests);
        Assert.EndsWith(Chat, request, StringComparison.Ordinal);
        Assert.Contains($"Authorization: Bearer {ProxyProcess.UpstreamKey}", request, StringComparison.Ordinal);
        Assert.False(request.Contains("ak_", StringComparison.Ordinal), "a key of ours went upstream");
        Assert.DoesNotContain("X-Private", request, StringComparison.Ordinal);
        Assert.Equal(Cost.FromCents(15), await SpentAsync(key));
    }

    [Fact]
    public async Task Without_the_scope_or_a_key_nothing_goes_upstream()
    {
        var key = await KeyFolder.MintAsync(_keys, 20, "docs.read");
        await using var proxy = await ProxyProcess.StartAsync(_folder, _upstream.Address);

        using var forbidden = await SendAsync(proxy, key);
        using var nobody = await SendAsync(proxy, key: null);

        await forbidden.IsProblemAsync(HttpStatusCode.Forbidden, "insufficient_scope");
        await nobody.IsProblemAsync(HttpStatusCode.Unauthorized, "invalid_key");
        Assert.Empty(_upstream.Requests);
    }

    [Theory]
    [InlineData(500, 502, 0)]
    [InlineData(401, 502, 0)]
    [InlineData(429, 502, 0)]
    [InlineData(400, 400, 15)]
    public async Task What_is_not_the_agents_fault_costs_it_nothing(int upstream, int status, int cents)
    {
        _upstream.Answer = context =>
        {
            context.Response.StatusCode = upstream;
            return context.Response.WriteAsync("no");
        };
        var key = await KeyFolder.MintAsync(_keys, 20, "proxy.chat");
        await using var proxy = await ProxyProcess.StartAsync(_folder, _upstream.Address);

        using var response = await SendAsync(proxy, key);

        Assert.Equal(status, (int)response.StatusCode);
        await UntilSpentAsync(key, cents);
    }

    [Fact]
    public async Task An_upstream_that_is_not_there_costs_nothing()
    {
        var key = await KeyFolder.MintAsync(_keys, 20, "proxy.chat");
        await using var proxy = await ProxyProcess.StartAsync(_folder, new Uri("http://127.0.0.1:9/nobody"));

        using var response = await SendAsync(proxy, key);

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        await UntilSpentAsync(key, 0);
    }

    [Theory]
    [InlineData(null, "OPENAI_API_KEY", "--store", "sqlite:x.db")]
    [InlineData("sk", "--upstream", "--upstream", "nowhere")]
    [InlineData("sk", "--store", "--store", "oracle:x")]
    public async Task A_bad_setting_is_named_on_one_line(string? upstreamKey, string named, params string[] arguments)
    {
        var (exitCode, error) = await ProxyProcess.RunAsync(upstreamKey, arguments);

        Assert.Equal(2, exitCode);
        Assert.StartsWith(named, Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    private async Task<HttpResponseMessage> SendAsync(ProxyProcess proxy, CreatedKey? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, proxy.Endpoint) { Content = new StringContent(Chat) };
        request.Headers.Add("X-Private", "only for the proxy");
        if (key is not null)
        {
            request.Headers.Authorization = new("Bearer", key.Secret.Reveal());
        }

        return await _client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private async Task<Cost> SpentAsync(CreatedKey key) => (await _keys.FindAsync(key.Key.Id, TestContext.Current.CancellationToken))!.Spent;

    private async Task UntilSpentAsync(CreatedKey key, decimal cents)
    {
        for (var patience = 0; await SpentAsync(key) != Cost.FromCents(cents); patience++)
        {
            Assert.True(patience < 1_000, $"{await SpentAsync(key)} was spent, not {cents} cents");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}
