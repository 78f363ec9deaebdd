namespace AgentKey.Sqlite.Tests;

/// <summary>What the driver would also open, and where the store could not find again what it wrote.</summary>
public sealed class PathTests
{
    [Theory]
    [InlineData(":memory:")]
    [InlineData(":MEMORY:")]
    [InlineData(" :memory:")]
    [InlineData("file:keys.db?mode=rwc")]
    [InlineData("file:///tmp/keys.db")]
    [InlineData("File:keys.db")]
    [InlineData("Data Source=keys.db")]
    [InlineData("data source = keys.db;Cache=Shared")]
    [InlineData("DataSource=keys.db")]
    [InlineData("Filename=keys.db")]
    [InlineData("Mode=Memory;Data Source=keys.db")]
    [InlineData("|DataDirectory|keys.db")]
    public void What_is_no_path_of_a_file_is_refused(string path)
    {
        var fault = Assert.Throws<InvalidFieldException>(() => SqliteKeyStore.Open(path));
        Assert.Equal("path", fault.Field);
        Assert.Contains("keys.db", fault.AcceptedForm, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("keys.db")]
    [InlineData("./file:keys.db")]
    [InlineData("a=b/Data Source.db")]
    [InlineData("profile:1/memory.db")]
    public async Task Any_path_of_a_file_is_taken(string path)
    {
        var folder = Directory.CreateTempSubdirectory("agentkey-path-");
        var file = Path.Combine(folder.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await using (SqliteKeyStore.Open(path))
        {
        }

        await using (var keys = new AgentKeys(SqliteKeyStore.Open(file)))
        {
            await keys.MigrateAsync(TestContext.Current.CancellationToken);
            Assert.Empty(await keys.ListAsync(cancellationToken: TestContext.Current.CancellationToken));
        }

        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        folder.Delete(recursive: true);
    }
}
