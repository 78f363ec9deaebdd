using AgentKey.Budgets;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Scopes;
using AgentKey.Simulation.Scheduling;
using AgentKey.Simulation.Stores;
using AgentKey.Storage;

namespace AgentKey.Simulation.Processes;

/// <summary>Makes, revokes and rotates keys, and changes budgets, through one life of a process.</summary>
internal sealed class Administrator(SimulatedProcess process, EventLoop loop, Journal journal)
{
    private static readonly string[] Periods = ["once", "once", "hour", "day", "day", "month", "week on friday", "month on 31 at 09:00 in Europe/Berlin", "rolling 2h"];

    private readonly SimulatedHost _host = process.Host;
    private readonly AgentKeys _keys = process.Keys;

    public Task MintRootAsync() => MintAsync(New(2_000));

    /// <summary>A child that shares, or one whose cap is carved out of its parent's.</summary>
    public Task MintChildAsync(KnownKey parent) => MintAsync(New(300) with { ParentId = parent.Id, Carve = loop.Chance(50) });

    public Task EnsureSubjectAsync(string subject) => TryAsync(async () =>
    {
        var key = await _keys.EnsureSubjectAsync(subject, New(500));
        if (journal.Keys.Find(known => known.Subject == subject) is { } known)
        {
            Require(known.Id == key.Id, $"The subject {subject} has the keys {known.Id} and {key.Id}.");
            return;
        }

        journal.Keys.Add(new KnownKey(key.Id, null, subject));
    });

    public Task RevokeAsync(KnownKey key) => TryAsync(async () =>
    {
        loop.Write($"{_host.Name} revokes key {key.Id}");
        var isRevoked = loop.Chance(50) ? await _keys.RevokeAsync(key.Id) : await _keys.RevokeWithDescendantsAsync(key.Id) > 0;
        Require(isRevoked, $"Key {key.Id} was not found.");
        key.IsRevoked = true;
    });

    public Task RotateAsync(KnownKey key) => TryAsync(async () =>
    {
        if (await _keys.RotateAsync(key.Id, loop.Chance(50) ? TimeSpan.Zero : loop.UpTo(TimeSpan.FromDays(2))) is { } rotated)
        {
            loop.Write($"{_host.Name} rotated key {key.Id}");
            key.Secrets.Add(rotated.Secret);
        }
    });

    public Task ChangeBudgetAsync(KnownKey key) => TryAsync(async () =>
    {
        var owner = loop.Chance(50) ? BudgetOwner.Key(key.Id) : BudgetOwner.Account("acme");
        var name = loop.Pick(["first", "second"]);
        switch (loop.Random.Next(5))
        {
            case 0 or 1:
                await _keys.SetBudgetAsync(owner, name, NewBudget(1_500));
                break;
            case 2:
                await _keys.RemoveBudgetAsync(owner, name);
                break;
            case 3:
                await _keys.ChangeCapAsync(key.Id, Cost.FromCents(loop.Random.Next(1_500)));
                break;
            default:
                var isOwn = owner.Text != "account:acme" && loop.Chance(50);
                await _keys.RaiseBudgetAsync(owner, isOwn ? null : name, Cost.FromCents(loop.Random.Next(100)), TimeSpan.FromHours(loop.Random.Next(1, 50)));
                break;
        }
    });

    private Task MintAsync(NewKey key) => TryAsync(async () =>
    {
        var created = await _keys.CreateAsync(key);
        loop.Write($"{_host.Name} made key {created.Key.Id} below {key.ParentId}");
        journal.Keys.Add(new KnownKey(created.Key.Id, created.Secret, null) { ParentId = key.ParentId, IsCarved = key.Carve });
    });

    private NewKey New(int mostCents) => new()
    {
        AccountId = "acme",
        Scopes = loop.Pick([ScopeSet.Of("docs.*"), ScopeSet.Of("docs.read", "docs.find"), ScopeSet.Of("docs.read")]),
        Budget = loop.Chance(90) ? NewBudget(mostCents) : null,
        Lifetime = loop.Chance(80) ? Lifetime.Forever : Lifetime.For(loop.UpTo(TimeSpan.FromDays(30)) + TimeSpan.FromMinutes(1)),
    };

    private Budget NewBudget(int mostCents) => new(Cost.FromCents(loop.Random.Next(mostCents)), BudgetPeriod.Parse(loop.Pick(Periods)));

    /// <summary>Tries, and leaves it when the store fails or the library refuses: an administrator looks again some other day.</summary>
    private async Task TryAsync(Func<Task> action)
    {
        try
        {
            await action();
        }
        catch (Exception failure) when (failure is StoreUnavailableException or StatementFailedException or InvalidFieldException)
        {
            loop.Write($"{_host.Name} failed to administrate: {failure.GetType().Name}");
        }
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvariantException(otherwise);
        }
    }
}
