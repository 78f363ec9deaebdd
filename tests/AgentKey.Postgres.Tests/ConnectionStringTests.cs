using Npgsql;

namespace AgentKey.Postgres.Tests;

/// <summary>Settings of a connection under which no batch is safe.</summary>
public sealed class ConnectionStringTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Multiplexing_is_refused_because_a_batch_would_share_its_connection(bool ownsDataSource)
    {
        const string multiplexed = "Host=127.0.0.1;Multiplexing=true";
        await using var source = NpgsqlDataSource.Create(multiplexed);
        var refusal = Assert.Throws<InvalidFieldException>(() => ownsDataSource ? PostgresKeyStore.Open(multiplexed) : new PostgresKeyStore(source));
        Assert.Equal("Multiplexing", refusal.Field);
    }
}
