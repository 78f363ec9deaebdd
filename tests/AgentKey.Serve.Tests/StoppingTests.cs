using System.Net.Sockets;
using Npgsql;

namespace AgentKey.Serve.Tests;

public sealed class StoppingTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_under_way_is_answered_before_the_server_is_gone()
    {
        await using var sidecar = await Sidecar.StartAsync(Database.Postgres);
        var key = await sidecar.MintAsync();
        await using var other = new NpgsqlConnection(sidecar.Database.Address["postgres:".Length..]);
        await other.OpenAsync(Cancel);
        await using var held = await other.BeginTransactionAsync(Cancel);
        await AskAsync(other, $"SELECT count(*) FROM (SELECT 1 FROM sdk_api_keys WHERE id = {key.Key.Id} FOR UPDATE) AS locked");

        var charging = sidecar.ChargeAsync(key, 15);
        while (await AskAsync(other, "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))") == 0)
        {
            await Task.Yield();
        }

        var stopping = sidecar.Server.DisposeAsync().AsTask();
        await UntilNobodyListensAsync(sidecar.App.BaseAddress!);
        await UntilNobodyListensAsync(sidecar.Admin!.BaseAddress!);
        await held.RollbackAsync(Cancel);

        using var charged = await charging;
        Assert.Equal(85m, (await charged.IsDoneAsync()).Amount("remainingCents"));
        await stopping;
    }

    private static async Task<long> AskAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync(Cancel))!;
    }

    private static async Task UntilNobodyListensAsync(Uri address)
    {
        try
        {
            while (true)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(address.Host, address.Port, Cancel);
            }
        }
        catch (SocketException)
        {
            // The port is free again.
        }
    }
}
