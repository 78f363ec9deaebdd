using AgentKey.Budgets;
using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Scopes;
using AgentKey.Storage;

namespace AgentKey.Sqlite.Tests;

/// <summary>The store keeps the file open. What is moved away under it is no store any more: a charge on it would be lost.</summary>
public sealed class TakenFileTests : IDisposable
{
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
        await keys.MigrateAsync(cancellation);
        var key = await keys.CreateAsync(
            new NewKey { AccountId = "acme", Scopes = ScopeSet.Of("docs.*"), Budget = new Budget(Cost.FromCents(100), BudgetPeriod.Once) }, cancellation);
        var caller = keys.Identify(key.Secret.Reveal());
        var request = new ChargeRequest("docs.read", Cost.FromCents(15));
        Assert.True((await keys.ChargeAsync(caller, request, cancellation)).IsAllowed);
        Assert.True((await keys.ValidateAsync(caller, cancellation)).IsAlive);

        Move(isFolderTaken ? folder : file, away: true);
        var charging = await Record.ExceptionAsync(() => keys.ChargeAsync(caller, request, cancellation));
        var validating = await Record.ExceptionAsync(() => keys.ValidateAsync(caller, cancellation));
        var listing = await Record.ExceptionAsync(() => keys.ListAsync(cancellationToken: cancellation));
        var isMadeAnew = File.Exists(file);
        Move(isFolderTaken ? folder : file, away: false);

        var expected = isFolderTaken ? typeof(StoreUnavailableException) : typeof(SchemaException);
        Assert.All([charging, validating, listing], fault => Assert.IsType(expected, fault));
        Assert.False(isMadeAnew);
        Assert.True((await keys.ChargeAsync(caller, request, cancellation)).IsAllowed);
        Assert.Equal(Cost.FromCents(30), (await keys.FindAsync(key.Key.Id, cancellation))!.Spent);
    }

    public void Dispose() => _root.Delete(recursive: true);

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
