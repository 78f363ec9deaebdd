using System.Diagnostics;
using System.Globalization;
using AgentKey.Money;
using AgentKey.Storage;

namespace AgentKey.StoreContract;

public abstract class ProcessContract<TStore> : ContractTests<TStore>
    where TStore : StoreUnderTest, new()
{
    private const int Processes = 4;
    private const int ChargesEach = 2_500;

    [Fact]
    public async Task Row33_Four_processes_cannot_spend_more_than_the_cap()
    {
        var created = await Keys.CreateAsync(NewKey("750.00"));
        var outputs = await Task.WhenAll(Enumerable.Range(0, Processes).Select(_ => RunWorkerAsync(created.Secret.Reveal())));
        Assert.Equal(5_000, outputs.Sum(output => int.Parse(output, CultureInfo.InvariantCulture)));
        Assert.Equal(created.Key.Budget!.Cap, (await Keys.FindAsync(created.Key.Id))!.Spent);
        Assert.Equal(5_000, (await LedgerAsync(created.Key.Id)).Count(entry => entry.Kind == LedgerEntryKind.Charge));
        await AssertAddsUpAsync(created.Key.Id);
    }

    [Fact]
    public async Task Row38_A_process_that_is_killed_leaves_whole_charges_only()
    {
        var created = await Keys.CreateAsync(NewKey("1000000.00"));
        using var worker = StartWorker(created.Secret.Reveal(), charges: 1_000_000);
        while ((await Keys.FindAsync(created.Key.Id))!.Spent < Cost.FromDollars(100))
        {
            Assert.False(worker.HasExited, "The worker ended before it could be killed.");
        }

        worker.Kill();
        await worker.WaitForExitAsync();

        // A charge takes the row's lock after whatever the killed process still had under way.
        Assert.True((await Keys.ChargeAsync(Keys.Identify(created.Secret.Reveal()), Read)).IsAllowed);
        await AssertAddsUpAsync(created.Key.Id);
    }

    private async Task<string> RunWorkerAsync(string secret)
    {
        using var worker = StartWorker(secret, ChargesEach);
        var output = await worker.StandardOutput.ReadToEndAsync();
        await worker.WaitForExitAsync();
        Assert.Equal(0, worker.ExitCode);
        return output;
    }

    private Process StartWorker(string secret, int charges)
    {
        var start = new ProcessStartInfo("dotnet", [WorkerAssembly(), $"{charges}", "docs.read", "0.15", "32"])
        {
            RedirectStandardOutput = true,
            Environment = { ["AGENTKEY_STORE"] = Store.Address, ["AGENTKEY_API_KEY"] = secret },
        };
        foreach (var (name, value) in Store.Environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    private static string WorkerAssembly()
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "AgentKey.ChargeWorker", "bin", configuration, "net10.0", "AgentKey.ChargeWorker.dll");
            if (File.Exists(path))
            {
                return path;
            }
        }

        throw new FileNotFoundException("AgentKey.ChargeWorker is not built.");
    }
}
