using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Npgsql;

namespace AgentKey.Postgres.Tests;

/// <summary>
/// Stands between the library and the server as a pooler does whose server connection dies: the commit is carried out,
/// and what comes back in place of its acknowledgement is an error of the pooler's own, and the end of the connection.
/// </summary>
internal sealed class FaultyPooler : IDisposable
{
    private static readonly byte[] Committed = "COMMIT\0"u8.ToArray();

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly NpgsqlConnectionStringBuilder _server;
    private string? _state;
    private int _commitsBefore;
    private volatile bool _isSilentAfterwards;
    private int _unanswered;

    public FaultyPooler(string connectionString)
    {
        _server = new NpgsqlConnectionStringBuilder(connectionString);
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>How the server is reached through this. Not encrypted: the acknowledgement has to be readable here.</summary>
    public string ConnectionString => new NpgsqlConnectionStringBuilder(_server.ConnectionString)
    {
        Host = IPAddress.Loopback.ToString(),
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port,
        SslMode = SslMode.Disable,
    }.ToString();

    /// <summary>Whether an acknowledgement was replaced since the last <see cref="FailNextCommit"/>.</summary>
    public bool HasFailed => Volatile.Read(ref _state) is null;

    /// <summary>How many connections got no answer, because this fell silent after it had failed.</summary>
    public int Unanswered => Volatile.Read(ref _unanswered);

    /// <summary>Replaces the acknowledgement of the next commit by an error of this state.</summary>
    /// <param name="state">The SQLSTATE.</param>
    /// <param name="after">How many commits pass before.</param>
    /// <param name="thenSilent">Whether new connections are never answered afterwards.</param>
    public void FailNextCommit(string state, int after = 0, bool thenSilent = false)
    {
        _commitsBefore = after;
        _isSilentAfterwards = thenSilent;
        Volatile.Write(ref _state, state);
    }

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync());
            }
            catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient();
        using (client)
        {
            if (_isSilentAfterwards && HasFailed)
            {
                Interlocked.Increment(ref _unanswered);
                await client.GetStream().CopyToAsync(Stream.Null);
                return;
            }

            await server.ConnectAsync(_server.Host!, _server.Port);
            await Task.WhenAny(PumpAsync(client.GetStream(), server.GetStream(), isAnswer: false), PumpAsync(server.GetStream(), client.GetStream(), isAnswer: true));
        }
    }

    private async Task PumpAsync(NetworkStream from, NetworkStream to, bool isAnswer)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReadAsync(buffer) is > 0 and var count)
            {
                if (isAnswer && buffer.AsSpan(0, count).IndexOf(Committed) >= 0 && TakeState() is { } state)
                {
                    await to.WriteAsync(ErrorOf(state));
                    return;
                }

                await to.WriteAsync(buffer.AsMemory(0, count));
            }
        }
        catch (Exception closed) when (closed is IOException or ObjectDisposedException)
        {
            // Either side went away.
        }
    }

    private string? TakeState() =>
        HasFailed || Interlocked.Decrement(ref _commitsBefore) >= 0 ? null : Interlocked.Exchange(ref _state, null);

    /// <summary>An ErrorResponse of the protocol: severity, state and message.</summary>
    private static byte[] ErrorOf(string state)
    {
        var fields = Encoding.ASCII.GetBytes($"SFATAL\0VFATAL\0C{state}\0Mserver conn crashed?\0\0");
        byte[] message = [(byte)'E', 0, 0, 0, 0, .. fields];
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), fields.Length + sizeof(int));
        return message;
    }
}
