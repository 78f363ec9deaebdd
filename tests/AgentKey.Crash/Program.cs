// The crash test: real Postgres, four client processes, and everything that can break, at random, for a chosen time.
//   dotnet run -c Release --project tests/AgentKey.Crash -- --seconds 60 [--seed N] [--clients 4]
// At the end the ledger must hold every acknowledged operation exactly once, and nothing may be overspent.
using AgentKey.Crash;
using AgentKey.Crash.Clients;

return args is ["client", .. var client]
    ? await ClientProcess.RunAsync(client[0], client[1])
    : await CrashTest.RunAsync(CrashOptions.Parse(args), Console.Out);
