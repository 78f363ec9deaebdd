using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using AgentKey.AspNetCore.Tests.Grpc.Wire;
using AgentKey.Keys;
using AgentKey.Money;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace AgentKey.AspNetCore.Tests.Grpc;

/// <summary>A browser's gRPC over HTTP/1.1, which a middleware turns into the real one behind the back of the body.</summary>
public sealed class GrpcWebTests : IAsyncDisposable
{
    private const string Binary = "application/grpc-web";

    private const string Text = "application/grpc-web-text";

    private readonly DocsService.Counter _counter = new();
    private KeyedApplication _application = null!;
    private CreatedKey _key = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _application?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Theory]
    [InlineData(Binary)]
    [InlineData(Text)]
    public async Task A_stream_that_is_read_to_its_end_is_paid(string type)
    {
        await StartAsync();

        await PostAsync("Collect", type, Message("a"), Message(new string('b', 100_000)), Message("c"));

        Assert.Equal(3, _counter.Runs);
        await HasPaidAsync(15);
    }

    [Theory]
    [InlineData(Binary)]
    [InlineData(Text)]
    public async Task Rows_37_77_A_stream_of_the_clients_that_ends_inside_a_message_is_paid(string type)
    {
        await StartAsync();

        await PostAsync("Collect", type, Message("a"), Convert.FromHexString("00000000206162"));

        Assert.Equal(1, _counter.Runs);
        await HasPaidAsync(15);
    }

    [Theory]
    [InlineData("A")]
    [InlineData("!!!!")]
    public async Task Rows_37_77_A_stream_whose_text_cannot_be_decoded_is_paid(string nonsense)
    {
        await StartAsync();

        await PostBytesAsync("Collect", Text, Encoding.ASCII.GetBytes(Convert.ToBase64String(Message("a")) + nonsense));

        await HasPaidAsync(15);
    }

    [Theory]
    [InlineData(Binary)]
    [InlineData(Text)]
    public async Task Row37_A_bug_in_the_middle_of_a_stream_gives_the_money_back(string type)
    {
        await StartAsync();

        await PostAsync("Follow", type, Message("broken"));

        await HasPaidAsync(0);
    }

    [Theory]
    [InlineData(Binary)]
    [InlineData(Text)]
    public async Task Row36_What_the_gate_refuses_is_refused_as_grpc_and_who_has_no_key_gets_plain_http(string type)
    {
        await StartAsync();
        var poor = await KeyFolder.MintAsync(_application.Keys, 10, "docs.read");

        using var refused = await SendAsync("Read", type, poor, Encode(type, Message("a")));
        using var unknown = await SendAsync("Read", type, null, Encode(type, Message("a")));

        Assert.Equal("budget_exhausted", Assert.Single(refused.Headers.GetValues("agentkey-code")));
        Assert.Equal("8", Assert.Single(refused.Headers.GetValues("grpc-status")));
        await unknown.IsProblemAsync(HttpStatusCode.Unauthorized, "invalid_key");
    }

    private static byte[] Message(string text)
    {
        var content = new Question { Text = text };
        var bytes = new byte[5 + content.CalculateSize()];
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(1), content.CalculateSize());
        content.WriteTo(bytes.AsSpan(5));
        return bytes;
    }

    // Each message is a piece of base64 of its own, as clients send them.
    private static byte[] Encode(string type, byte[] message) => type == Text ? Encoding.ASCII.GetBytes(Convert.ToBase64String(message)) : message;

    private async Task StartAsync()
    {
        _application = await KeyedApplication.StartAsync(
            endpoints =>
            {
                ((IApplicationBuilder)endpoints).UseGrpcWeb(new GrpcWebOptions { DefaultEnabled = true });
                endpoints.MapGrpcService<DocsService>();
            },
            services: services =>
            {
                services.AddGrpc();
                services.AddSingleton(_counter);
            });
        _key = await KeyFolder.MintAsync(_application.Keys);
    }

    private Task PostAsync(string method, string type, params byte[][] messages) =>
        PostBytesAsync(method, type, messages.SelectMany(message => Encode(type, message)).ToArray());

    private async Task PostBytesAsync(string method, string type, byte[] body)
    {
        using var response = await SendAsync(method, type, _key, body);
        await response.Content.ReadAsByteArrayAsync(Cancel);
    }

    private async Task<HttpResponseMessage> SendAsync(string method, string type, CreatedKey? key, byte[] body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/docs.Docs/{method}") { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        request.Headers.Authorization = key is null ? null : new("Bearer", key.Secret.Reveal());
        return await _application.Client.SendAsync(request, Cancel);
    }

    private async Task HasPaidAsync(int cents)
    {
        await _counter.Ended.WaitAsync(Cancel);
        var paid = (await _application.Keys.FindAsync(_key.Key.Id, Cancel))!;
        Assert.Equal((Cost.FromCents(cents), Cost.Zero), (paid.Spent, paid.Held));
    }
}
