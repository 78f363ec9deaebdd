using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Postgres;
using AgentKey.Storage;

namespace AgentKey.Crash.Clients;

/// <summary>
/// A client: writes down what it will ask, asks until it gets an answer, writes the answer down. After a restart it asks
/// again for everything that it has no answer to, under the same operation ids. Ends when its input ends.
/// </summary>
internal sealed class ClientProcess : IDisposable
{
    private const int Workers = 24;

    private static readonly TimeSpan HoldTime = TimeSpan.FromHours(1);

    private readonly AgentKeys _keys;
    private readonly Caller[] _callers;
    private readonly JournalWriter _journal;
    private readonly string _incarnation = Guid.NewGuid().ToString("N")[..8];
    private volatile bool _isEnding;
    private int _operations;

    private ClientProcess(AgentKeys keys, string journal)
    {
        _keys = keys;
        _callers = [.. Environment.GetEnvironmentVariable("AGENTKEY_CRASH_SECRETS")!.Split(' ').Select(secret => keys.Identify(secret))];
        _journal = new JournalWriter(journal);
    }

    public static async Task<int> RunAsync(string name, string journal)
    {
        var open = Unanswered(journal);
        var store = PostgresKeyStore.Open(Environment.GetEnvironmentVariable("AGENTKEY_CRASH_STORE")!);
        await using var keys = new AgentKeys(store, new AgentKeysOptions { StoreTimeout = TimeSpan.FromSeconds(3) });
        using var client = new ClientProcess(keys, journal);
        var end = Task.Run(async () =>
        {
            await Console.In.ReadToEndAsync();
            client._isEnding = true;
        });
        await Parallel.ForEachAsync(open, async (entry, _) => await client.AskAsync(entry));
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Task.Run(() => client.WorkAsync(name))));
        await end;
        return 0;
    }

    public void Dispose() => _journal.Dispose();

    private static JournalEntry[] Unanswered(string journal)
    {
        var entries = JournalReader.Read(journal).ToArray();
        var answered = entries.Where(entry => entry.Answer is not null).Select(entry => entry.Id).ToHashSet();
        return [.. entries.Where(entry => entry.Answer is null && !answered.Contains(entry.Id)).DistinctBy(entry => entry.Id)];
    }

    private async Task WorkAsync(string name)
    {
        while (!_isEnding)
        {
            var random = Random.Shared;
            var id = $"{name}-{_incarnation}-{Interlocked.Increment(ref _operations)}";
            var key = random.Next(_callers.Length);
            var amount = random.Next(3) == 0 ? random.NextInt64(1, 1_000_000) : random.NextInt64(1, 16) * Cost.MicroCentsPerCent;
            var isHold = random.Next(3) == 0;
            var entry = new JournalEntry(isHold ? "hold" : "charge", id, key, amount, null);
            _journal.Write(entry);

            // Some are sent twice at once, as an impatient caller does.
            var answers = await Task.WhenAll(Enumerable.Range(0, random.Next(10) == 0 ? 2 : 1).Select(_ => AskAsync(entry)));
            if (answers[0] == "allowed" && (isHold || random.Next(4) == 0))
            {
                var ending = isHold && random.Next(4) != 0
                    ? new JournalEntry("settle", id, key, random.NextInt64(0, amount + 1), null)
                    : new JournalEntry(isHold ? "release" : "void", id, key, amount, null);
                _journal.Write(ending);
                await AskAsync(ending);
            }
        }
    }

    /// <summary>Asks until there is an answer. A failure is ambiguous, so the same operation id is asked again.</summary>
    private async Task<string> AskAsync(JournalEntry entry)
    {
        while (true)
        {
            try
            {
                var answer = await AnswerAsync(entry);
                _journal.Write(entry with { Answer = answer });
                return answer;
            }
            catch (StoreUnavailableException)
            {
                await Task.Delay(Random.Shared.Next(10, 100));
            }
        }
    }

    private async Task<string> AnswerAsync(JournalEntry entry)
    {
        var cost = Cost.FromMicroCents(entry.MicroCents);
        var request = new ChargeRequest("docs.read", cost) { OperationId = entry.OperationId };
        switch (entry.Kind)
        {
            case "charge":
                var charged = await _keys.ChargeAsync(_callers[entry.Key], request);
                return charged.Denial?.Code ?? "allowed";
            case "hold":
                var held = await _keys.HoldAsync(_callers[entry.Key], request, HoldTime);
                return held.Denial?.Code ?? "allowed";
            case "settle":
                var settled = await _keys.SettleAsync(await ReceiptAsync(entry), cost, "settle-" + entry.OperationId);
                return settled.Outcome.ToString();
            case "release":
                return AnswerOf(await _keys.VoidAsync(await ReceiptAsync(entry)));
            default:
                return AnswerOf(await _keys.VoidAsync(new ChargeReceipt((await ReceiptAsync(entry)).KeyId, entry.OperationId, cost)));
        }
    }

    // A repeated void has another id, so the second answer is "already": the money is back all the same.
    private static string AnswerOf(VoidResult voided) => voided == VoidResult.AlreadyVoided ? nameof(VoidResult.Voided) : voided.ToString();

    private async Task<HoldReceipt> ReceiptAsync(JournalEntry entry)
    {
        var validation = await _keys.ValidateAsync(_callers[entry.Key]);
        return new HoldReceipt(validation.Key!.Id, entry.OperationId, Cost.FromMicroCents(entry.MicroCents), DateTimeOffset.MaxValue);
    }
}
