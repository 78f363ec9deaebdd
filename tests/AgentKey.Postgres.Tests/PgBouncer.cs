using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using AgentKey.TestSupport;
using Npgsql;

namespace AgentKey.Postgres.Tests;

/// <summary>A PgBouncer in front of the tests' server, which it must outlive no test.</summary>
internal sealed class PgBouncer : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("agentkey-bouncer-").FullName;
    private readonly Process _process;
    private readonly int _port;

    private PgBouncer(string connectionString, string mode)
    {
        var server = new NpgsqlConnectionStringBuilder(connectionString);
        var password = server.Password is { Length: > 0 } given ? $" password='{given}'" : "";
        _port = Ports.FindFree();
        var settings = Path.Combine(_folder, "pgbouncer.ini");
        File.WriteAllText(
            settings,
            $"""
            [databases]
            * = host={server.Host} port={server.Port} user={server.Username}{password}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {_port}
            unix_socket_dir =
            auth_type = any
            pool_mode = {mode}
            default_pool_size = 4
            max_client_conn = 200
            """);
        _process = Start(settings);
        ConnectionString = new NpgsqlConnectionStringBuilder(connectionString) { Host = "127.0.0.1", Port = _port }.ToString();
    }

    public string ConnectionString { get; }

    /// <param name="connectionString">Where the server is.</param>
    /// <param name="mode">For how long a client has a backend: <c>session</c> or <c>transaction</c>.</param>
    public static async Task<PgBouncer> StartAsync(string connectionString, string mode)
    {
        var pooler = new PgBouncer(connectionString, mode);
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, pooler._port);
                return pooler;
            }
            catch (SocketException) when (!pooler._process.HasExited)
            {
                await Task.Delay(20);
            }
        }
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private Process Start(string settings)
    {
        // It refuses to run as root, and may not look into a folder of root's.
        string[] user = Environment.UserName == "root" ? ["-u", "nobody"] : [];
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder, File.GetUnixFileMode(_folder) | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        }

        try
        {
            return Process.Start(new ProcessStartInfo(Find(), ["-q", .. user, settings]))!;
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new InvalidOperationException("No PgBouncer for the tests: install the package pgbouncer.", missing);
        }
    }

    // Debian keeps it where only root's PATH leads.
    private static string Find() => File.Exists("/usr/sbin/pgbouncer") ? "/usr/sbin/pgbouncer" : "pgbouncer";
}
