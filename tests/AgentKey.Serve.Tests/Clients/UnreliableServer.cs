using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace AgentKey.Serve.Tests.Clients;

/// <summary>Stands between a client and a sidecar, and does to the bytes of an answer what networks and gateways do.</summary>
internal sealed partial class UnreliableServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<UnreliableServer, string, Task<string?>> _answer;
    private readonly Task _loop;

    private UnreliableServer(Func<UnreliableServer, string, Task<string?>> answer)
    {
        _answer = answer;
        _listener.Start();
        Address = new Uri($"http://{_listener.LocalEndpoint}/");
        _loop = ListenAsync();
    }

    public Uri Address { get; }

    /// <summary>What was asked, in the order of its arrival.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>The operation ids that were asked with.</summary>
    public IEnumerable<string> OperationIds => Requests.Select(request => OperationId().Match(request).Groups[1].Value).Distinct();

    /// <summary>Answers always with these bytes, or never when there are none.</summary>
    public static UnreliableServer Saying(string? answer) => new((_, _) => Task.FromResult(answer));

    /// <summary>Lets the sidecar do what is asked, and spoils its first answers.</summary>
    public static UnreliableServer Spoiling(Uri sidecar, int answers, Func<string, string> spoil) => new(async (self, request) =>
    {
        var count = self.Requests.Count;
        var answer = await ForwardAsync(sidecar, request);
        return count <= answers ? spoil(answer) : answer;
    });

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task ListenAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                // Node also connects to be ready for more, and asks nothing.
                if (await ReadRequestAsync(client.GetStream(), _stop.Token) is { Length: > 0 } request)
                {
                    Requests.Enqueue(request);
                    await AnswerAsync(client.GetStream(), request);
                }
            }
            catch (Exception ended) when (ended is IOException or OperationCanceledException)
            {
                // The client has waited long enough, or the test is over.
            }
        }
    }

    private async Task AnswerAsync(NetworkStream stream, string request)
    {
        if (await _answer(this, request) is { } answer)
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(answer), _stop.Token);
        }
        else
        {
            await Task.Delay(Timeout.Infinite, _stop.Token);
        }
    }

    private static async Task<string> ForwardAsync(Uri sidecar, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(sidecar.Host, sidecar.Port, TestContext.Current.CancellationToken);
        // Closed behind it, an answer ends where its bytes end.
        var once = Connection().Replace(request, "").Replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n", StringComparison.Ordinal);
        await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(once), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<string> ReadRequestAsync(NetworkStream stream, CancellationToken cancellation)
    {
        var text = "";
        var buffer = new byte[64 * 1024];
        while (!IsWhole(text))
        {
            var count = await stream.ReadAsync(buffer, cancellation);
            if (count == 0)
            {
                return text;
            }

            text += Encoding.Latin1.GetString(buffer, 0, count);
        }

        return text;
    }

    private static bool IsWhole(string request) =>
        request.IndexOf("\r\n\r\n", StringComparison.Ordinal) is var end and >= 0
        && request.Length - end - 4 >= int.Parse("0" + ContentLength().Match(request).Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^content-length: *(\d+)", RegexOptions.IgnoreCase | RegexOptions.Multiline)]
    private static partial Regex ContentLength();

    [GeneratedRegex(@"^connection: .*\r\n", RegexOptions.IgnoreCase | RegexOptions.Multiline)]
    private static partial Regex Connection();

    [GeneratedRegex(@"^idempotency-key: *(\S+)", RegexOptions.IgnoreCase | RegexOptions.Multiline)]
    private static partial Regex OperationId();
}
