using System.Diagnostics;
using System.Globalization;
using AgentKey.Storage;

namespace AgentKey.StoreContract;

public abstract class ProcessContract<TStore> : ContractTests<TStore>
    where TStore : StoreUnderTest, new()
{
    private const int Processes = 4;
    private const int ChargesEach = 2_500;

    [Fact]
    public async Task Four_processes_cannot_spend_more_than_the_cap()
    {
        var created = await Keys.CreateAsync(NewKey("750.00"));
        var outputs = await Task.WhenAll(Enumerable.Range(0, Processes).Select(_ => RunWorkerAsync(created.Secret.Reveal())));
        Assert.Equal(5_000, outputs.Sum(output => int.Parse(output, CultureInfo.InvariantCulture)));
        Assert.Equal(created.Key.Budget!.Cap, (await Keys.FindAsync(created.Key.Id))!.Spent);
        Assert.Equal(5_000, (await LedgerAsync(created.Key.Id)).Count(entry => entry.Kind == LedgerEntryKind.Charge));
        await AssertAddsUpAsync(created.Key.Id);
    }

    private async Task<string> RunWorkerAsync(string secret)
    {
        var start = new ProcessStartInfo("dotnet", [WorkerAssembly(), $"{ChargesEach}", "docs.read", "0.15", "32"])
        {
            RedirectStandardOutput = true,
            Environment = { ["AGENTKEY_STORE"] = Store.Address, ["AGENTKEY_API_KEY"] = secret },
        };
        using var worker = Process.Start(start)!;
        var output = await worker.StandardOutput.ReadToEndAsync();
        await worker.WaitForExitAsync();
        Assert.Equal(0, worker.ExitCode);
        return output;
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
