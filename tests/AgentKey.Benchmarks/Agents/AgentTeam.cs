using System.Text.Json;
using AgentKey.Agents;
using AgentKey.Agents.AI;
using AgentKey.Budgets;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Scopes;
using AgentKey.Storage;
using Microsoft.Extensions.AI;

namespace AgentKey.Benchmarks.Agents;

/// <summary>Agents that each have a key of their own below one shared parent, and call a tool for 1 cent.</summary>
internal sealed class AgentTeam(string name, AgentKeys keys, CreatedKey parent, IReadOnlyList<CreatedKey> members) : ITarget
{
    private static readonly ToolPolicy Policy = new("look_up", "tools.look", Cost.FromCents(1));

    private readonly ToolGuard _guard = new(keys);
    private AIFunction[]? _tools;

    public string Name { get; } = name;

    public AgentKeys Keys => keys;

    public ToolGuard Guard => _guard;

    /// <summary>The tool without a guard.</summary>
    public static AIFunction RawTool { get; } = AIFunctionFactory.Create((string topic) => topic, "look_up");

    /// <summary>The key of the first member.</summary>
    public Caller Caller => keys.Identify(members[0].Secret.Reveal());

    private AIFunction[] Tools => _tools ??= [.. members.Select(key => RawTool.WithAgentKey(_guard, Policy, keys.Identify(key.Secret.Reveal())))];

    public static async Task<AgentTeam> CreateAsync(string name, IKeyStore store, int members)
    {
        var keys = new AgentKeys(store, new AgentKeysOptions { StoreTimeout = TimeSpan.FromMinutes(1) });
        await keys.MigrateAsync();
        var key = new NewKey
        {
            AccountId = "bench",
            Scopes = ScopeSet.Of("tools.*", "model.*"),
            Budget = new Budget(Cost.FromDollars(10_000_000), BudgetPeriod.Month),
        };
        var parent = await keys.CreateAsync(key);
        var created = new CreatedKey[members];
        for (var i = 0; i < members; i++)
        {
            created[i] = await keys.CreateAsync(key with { ParentId = parent.Key.Id });
        }

        return new AgentTeam(name, keys, parent, created);
    }

    /// <summary>The tool, guarded and bound to the key of one member.</summary>
    public AIFunction ToolOf(int member) => Tools[member];

    public async Task<bool> ChargeAsync(int key) =>
        await Tools[key].InvokeAsync(new AIFunctionArguments { ["topic"] = "x" }) is JsonElement { ValueKind: JsonValueKind.String };

    public async Task<long> ReadSpentCentsAsync() => (await keys.FindAsync(parent.Key.Id))!.Spent.MicroCents / Cost.MicroCentsPerCent;

    public ValueTask DisposeAsync() => keys.DisposeAsync();
}
