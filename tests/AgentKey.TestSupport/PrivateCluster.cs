using System.Diagnostics;

namespace AgentKey.TestSupport;

/// <summary>A throw-away cluster from local binaries, with durable commits; gone when the test process ends.</summary>
public sealed class PrivateCluster
{
    private readonly string _binaries;
    private readonly string _folder;
    private readonly int _port;

    private PrivateCluster(string binaries)
    {
        _binaries = binaries;
        _folder = Directory.CreateTempSubdirectory("agentkey-pg-").FullName;
        _port = Ports.FindFree();
    }

    public string ConnectionString => $"Host=127.0.0.1;Port={_port};Username=postgres;Database=postgres;Include Error Detail=true";

    /// <summary>Starts a cluster; null when there are no binaries.</summary>
    public static PrivateCluster? TryStart()
    {
        if (FindBinaries() is not { } binaries)
        {
            return null;
        }

        var cluster = new PrivateCluster(binaries);
        cluster.Initialize();
        cluster.Start();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => cluster.Remove();
        return cluster;
    }

    public void Start() => Run(
        "pg_ctl", "-D", Data, "-w", "-l", Path.Combine(_folder, "log"), "-o", $"-p {_port} -k {_folder} -c listen_addresses=127.0.0.1 -c max_connections=300", "start");

    public void Stop(string mode = "fast") => Run("pg_ctl", "-D", Data, "-w", "-m", mode, "stop");

    /// <summary>Whether there are local binaries.</summary>
    public static bool IsPossible => FindBinaries() is not null;

    private string Data => Path.Combine(_folder, "data");

    private void Initialize()
    {
        if (IsRoot)
        {
            // Postgres refuses to run as root.
            RunProcess("chown", ["-R", "postgres", _folder]);
        }

        Run("initdb", "-D", Data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C");
    }

    // Handed to a process of its own: a hundred databases take their time to delete, and the test runner calls an exit
    // that lasts longer than ten seconds a failure.
    private void Remove()
    {
        string[] stop = [.. AsPostgres("pg_ctl"), "-D", Data, "-w", "-m", "immediate", "stop"];
        using var remover = Process.Start("sh", ["-c", "exec >/dev/null 2>&1 </dev/null; \"$@\"; rm -rf \"$0\" \"$0.out\"", _folder, .. stop]);
    }

    private void Run(string program, params string[] arguments)
    {
        string[] command = [.. AsPostgres(program), .. arguments];
        RunProcess(command[0], command[1..]);
    }

    private string[] AsPostgres(string program)
    {
        var path = Path.Combine(_binaries, program);
        return IsRoot ? ["runuser", "-u", "postgres", "--", path] : [path];
    }

    private void RunProcess(string path, string[] arguments)
    {
        // The server inherits the pipes of whoever starts it; a redirected one would never close.
        var start = new ProcessStartInfo("sh", ["-c", "exec \"$0\" \"$@\" >>\"$AGENTKEY_PG_OUT\" 2>&1", path, .. arguments])
        {
            WorkingDirectory = Path.GetTempPath(),
            Environment = { ["AGENTKEY_PG_OUT"] = _folder + ".out" },
        };
        using var process = Process.Start(start)!;
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{path} failed: {File.ReadAllText(_folder + ".out")}");
        }
    }

    private static bool IsRoot => Environment.UserName == "root";

    private static string? FindBinaries()
    {
        var installed = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending().Select(version => Path.Combine(version, "bin"))
            : [];
        var onPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return installed.Concat(onPath).FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")));
    }
}
