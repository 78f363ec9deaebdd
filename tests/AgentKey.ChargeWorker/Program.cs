// A client process of the tests: charges one key a number of times, many at a time, and prints how many were admitted.
// Environment: AGENTKEY_STORE, AGENTKEY_API_KEY; AGENTKEY_TABLE and AGENTKEY_COLUMNS as the command line tool reads them. Arguments: count, scope, dollars, parallelism.
using System.Globalization;
using AgentKey;
using AgentKey.Charging;
using AgentKey.Money;
using AgentKey.Postgres;
using AgentKey.Sqlite;
using AgentKey.Storage;

var address = Environment.GetEnvironmentVariable("AGENTKEY_STORE")!.Split(':', 2);
// Four of these and a server share the machine: what is counted here is money, not time.
var options = new PostgresKeyStoreOptions { StatementTimeout = TimeSpan.FromSeconds(30) };
options.Table = Environment.GetEnvironmentVariable("AGENTKEY_TABLE") ?? options.Table;
foreach (var column in Environment.GetEnvironmentVariable("AGENTKEY_COLUMNS")?.Split(',') ?? [])
{
    options.Columns[column.Split('=')[0]] = column.Split('=')[1];
}

IKeyStore store = address[0] == "sqlite" ? SqliteKeyStore.Open(address[1]) : PostgresKeyStore.Open(address[1], options);
await using var keys = new AgentKeys(store, new AgentKeysOptions { StoreTimeout = TimeSpan.FromMinutes(1) });
var caller = keys.Identify(Environment.GetEnvironmentVariable("AGENTKEY_API_KEY"));
var request = new ChargeRequest(args[1], Cost.ParseDollars(args[2]));

var admitted = 0;
await Parallel.ForEachAsync(
    Enumerable.Range(0, int.Parse(args[0], CultureInfo.InvariantCulture)),
    new ParallelOptions { MaxDegreeOfParallelism = int.Parse(args[3], CultureInfo.InvariantCulture) },
    async (_, cancellationToken) =>
    {
        if ((await keys.ChargeAsync(caller, request, cancellationToken)).IsAllowed)
        {
            Interlocked.Increment(ref admitted);
        }
    });
Console.WriteLine(admitted);
