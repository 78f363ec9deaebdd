using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace AgentKey.Crash.Faults;

/// <summary>Stands between clients and server, and cuts connections: at once, or when the next bytes of the server are on their way, so that an acknowledgement is lost.</summary>
public sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<TcpClient, byte> _connections = [];
    private readonly int _serverPort;
    private int _answersToLose;

    public CuttingProxy(int serverPort)
    {
        _serverPort = serverPort;
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How many answers of the server were swallowed, with their connections.</summary>
    public int LostAnswers { get; private set; }

    /// <summary>Resets every connection.</summary>
    public void CutAll()
    {
        foreach (var connection in _connections.Keys)
        {
            connection.Close();
        }
    }

    /// <summary>Swallows the server's next answer, whosever it is, and resets that connection.</summary>
    public void LoseNextAnswer() => Interlocked.Increment(ref _answersToLose);

    public ValueTask DisposeAsync()
    {
        _listener.Stop();
        CutAll();
        return ValueTask.CompletedTask;
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            TcpClient client;
            try
            {
                client = await _listener.AcceptTcpClientAsync();
            }
            catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
            {
                return;
            }

            _ = ServeAsync(client);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient();
        _connections[client] = 0;
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _serverPort);
            client.LingerState = new LingerOption(enable: true, seconds: 0);
            await Task.WhenAny(PumpAsync(client, server, mayLose: false), PumpAsync(server, client, mayLose: true));
        }
        catch (SocketException)
        {
            // The server is down: the client sees a closed connection, as it would without us.
        }
        finally
        {
            _connections.TryRemove(client, out _);
            client.Close();
        }
    }

    private async Task PumpAsync(TcpClient from, TcpClient to, bool mayLose)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.GetStream().ReadAsync(buffer) is > 0 and var count)
            {
                if (mayLose && Volatile.Read(ref _answersToLose) > 0 && Interlocked.Decrement(ref _answersToLose) >= 0)
                {
                    LostAnswers++;
                    return;
                }

                await to.GetStream().WriteAsync(buffer.AsMemory(0, count));
            }
        }
        catch (Exception cut) when (cut is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Either side went away: that is what this test is about.
        }
    }
}
