using System.Diagnostics;
using Npgsql;
using Testcontainers.PostgreSql;

namespace AgentKey.TestSupport;

/// <summary>
/// The Postgres that tests run against, one per test process: the server that <c>AGENTKEY_TEST_POSTGRES</c> names, else
/// a container where a Docker engine answers, else a private cluster from local binaries.
/// </summary>
public sealed class PostgresServer
{
    public const string EnvironmentVariable = "AGENTKEY_TEST_POSTGRES";

    private static readonly Lazy<Task<PostgresServer>> Shared = new(StartAsync);

    private readonly string _adminConnectionString;

    private PostgresServer(string adminConnectionString) => _adminConnectionString = adminConnectionString;

    public static Task<PostgresServer> GetAsync() => Shared.Value;

    /// <summary>Makes an empty database and returns its connection string.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = $"agentkey_{Guid.NewGuid():N}";
        await using var connection = new NpgsqlConnection(_adminConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync();
        return new NpgsqlConnectionStringBuilder(_adminConnectionString) { Database = name, MaxPoolSize = 20 }.ToString();
    }

    private static async Task<PostgresServer> StartAsync()
    {
        if (Environment.GetEnvironmentVariable(EnvironmentVariable) is { Length: > 0 } given)
        {
            return new PostgresServer(given);
        }

        if (DockerAnswers())
        {
            var container = new PostgreSqlBuilder("postgres:17").Build();
            await container.StartAsync();
            return new PostgresServer(container.GetConnectionString());
        }

        var cluster = PrivateCluster.TryStart() ?? throw new InvalidOperationException(
            $"No Postgres for the tests: set {EnvironmentVariable} to a connection string, start Docker, or install the package postgresql.");
        return new PostgresServer(cluster.ConnectionString);
    }

    private static bool DockerAnswers()
    {
        try
        {
            using var docker = Process.Start(new ProcessStartInfo("docker", "info") { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var isDone = docker.WaitForExit(TimeSpan.FromSeconds(10));
            return isDone && docker.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false; // There is no docker command.
        }
    }
}
