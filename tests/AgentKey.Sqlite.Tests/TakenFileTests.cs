using AgentKey.Budgets;
using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Scopes;
using AgentKey.Storage;
using Microsoft.Data.Sqlite;

namespace AgentKey.Sqlite.Tests;

/// <summary>The store keeps the file open. What is moved away under it is no store any more: a charge on it would be lost.</summary>
public sealed class TakenFileTests : IDisposable
{
    private static readonly ChargeRequest Read = new("docs.read", Cost.FromCents(15));

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("agentkey-taken-");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nothing_is_decided_until_the_file_is_back(bool isFolderTaken)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var folder = _root.CreateSubdirectory("store").FullName;
        var file = Path.Combine(folder, "keys.db");
        await using var keys = new AgentKeys(SqliteKeyStore.Open(file));
        var (caller, id) = await MintAsync(keys, cancellation);
        Assert.True((await keys.ChargeAsync(caller, Read, cancellation)).IsAllowed);
        Assert.True((await keys.ValidateAsync(caller, cancellation)).IsAlive);

        Move(isFolderTaken ? folder : file, away: true);
        var charging = await Record.ExceptionAsync(() => keys.ChargeAsync(caller, Read, cancellation));
        var validating = await Record.ExceptionAsync(() => keys.ValidateAsync(caller, cancellation));
        var listing = await Record.ExceptionAsync(() => keys.ListAsync(cancellationToken: cancellation));
        var isMadeAnew = File.Exists(file);
        Move(isFolderTaken ? folder : file, away: false);

        var expected = isFolderTaken ? typeof(StoreUnavailableException) : typeof(SchemaException);
        Assert.All([charging, validating, listing], fault => Assert.IsType(expected, fault));
        Assert.False(isMadeAnew);
        Assert.True((await keys.ChargeAsync(caller, Read, cancellation)).IsAllowed);
        Assert.Equal(Cost.FromCents(30), (await keys.FindAsync(id, cancellation))!.Spent);
    }

    [Fact]
    public async Task A_file_that_was_put_in_its_place_is_worked_on_at_once()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There nobody can remove a file that is open.");
        var cancellation = TestContext.Current.CancellationToken;
        var (file, backup) = (Path.Combine(_root.FullName, "keys.db"), Path.Combine(_root.FullName, "backup.db"));
        await using var keys = new AgentKeys(SqliteKeyStore.Open(file));
        var (caller, id) = await MintAsync(keys, cancellation);
        Execute(file, $"VACUUM INTO '{backup}'");
        Assert.True((await keys.ChargeAsync(caller, Read, cancellation)).IsAllowed);
        Assert.True((await keys.ValidateAsync(caller, cancellation)).IsAlive);
        Assert.Equal(Cost.FromCents(15), Assert.Single(await keys.ListAsync(cancellationToken: cancellation)).Spent);

        Array.ForEach(Directory.GetFiles(_root.FullName, "keys.db*"), File.Delete);
        File.Copy(backup, file);
        Assert.Equal(Cost.Zero, Assert.Single(await keys.ListAsync(cancellationToken: cancellation)).Spent);
        Assert.True((await keys.ChargeAsync(caller, Read, cancellation)).IsAllowed);
        await using (var other = new AgentKeys(SqliteKeyStore.Open(file)))
        {
            Assert.Equal(Cost.FromCents(15), (await other.FindAsync(id, cancellation))!.Spent);
            Assert.True(await other.RevokeAsync(id, cancellationToken: cancellation));
        }

        Assert.False((await keys.ValidateAsync(caller, cancellation)).IsAlive);
        Assert.False((await keys.ChargeAsync(caller, Read, cancellation)).IsAllowed);
        Assert.Empty(await keys.VerifyAsync(cancellation));
    }

    private static async Task<(Caller Caller, string Id)> MintAsync(AgentKeys keys, CancellationToken cancellation)
    {
        await keys.MigrateAsync(cancellation);
        var key = await keys.CreateAsync(
            new NewKey { AccountId = "acme", Scopes = ScopeSet.Of("docs.*"), Budget = new Budget(Cost.FromCents(100), BudgetPeriod.Once) }, cancellation);
        return (keys.Identify(key.Secret.Reveal()), key.Key.Id);
    }

    public void Dispose() => _root.Delete(recursive: true);

    private static void Execute(string file, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Moves the file, with its log, or the folder with all that is in it.</summary>
    private static void Move(string path, bool away)
    {
        if (Directory.Exists(away ? path : path + ".away"))
        {
            Directory.Move(away ? path : path + ".away", away ? path + ".away" : path);
            return;
        }

        foreach (var part in new[] { "", "-wal", "-shm" })
        {
            var (here, there) = (path + part, path + ".away" + part);
            if (File.Exists(away ? here : there))
            {
                File.Move(away ? here : there, away ? there : here);
            }
        }
    }
}
