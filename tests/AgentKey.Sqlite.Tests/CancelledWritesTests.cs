using System.Reflection;
using AgentKey.Budgets;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Scopes;
using AgentKey.Storage;

namespace AgentKey.Sqlite.Tests;

/// <summary>Who asks for a secret gives up when it is already written: nobody else would ever see it.</summary>
public sealed class CancelledWritesTests : IAsyncDisposable
{
    private readonly SqliteUnderTest _file = new();
    private readonly CancellationTokenSource _gaveUp = new();

    [Fact]
    public async Task A_child_that_is_to_draw_its_parents_money_is_handed_over()
    {
        await using var keys = new AgentKeys(_file.Open());
        await keys.MigrateAsync();
        var key = new NewKey { AccountId = "acme", Scopes = ScopeSet.Of("docs.*"), Budget = new Budget(Cost.FromDollars(1), BudgetPeriod.Once) };
        var parent = await keys.CreateAsync(key);
        await using var hasty = new AgentKeys(GivingUpAfter(nameof(IKeyStore.InsertAsync)));
        var child = await hasty.CreateAsync(key with { ParentId = parent.Key.Id, Carve = true }, _gaveUp.Token);
        Assert.True(_gaveUp.IsCancellationRequested);
        Assert.True((await keys.ValidateAsync(keys.Identify(child.Secret.Reveal()))).Key is not null);
        Assert.Equal(Cost.FromDollars(1), (await keys.FindAsync(parent.Key.Id))!.Spent);
    }

    [Fact]
    public async Task A_rotated_secret_is_handed_over()
    {
        await using var keys = new AgentKeys(_file.Open());
        await keys.MigrateAsync();
        var created = await keys.CreateAsync(new NewKey { AccountId = "acme", Scopes = ScopeSet.Of("docs.*"), Budget = null });
        await using var hasty = new AgentKeys(GivingUpAfter(nameof(IKeyStore.RotateAsync)));
        var rotated = await hasty.RotateAsync(hasty.Identify(created.Secret.Reveal()), TimeSpan.Zero, _gaveUp.Token);
        Assert.True(_gaveUp.IsCancellationRequested);
        Assert.True((await keys.ValidateAsync(keys.Identify(rotated!.Secret.Reveal()))).Key is not null);
    }

    public async ValueTask DisposeAsync()
    {
        _gaveUp.Dispose();
        await _file.DisposeAsync();
    }

    private IKeyStore GivingUpAfter(string method)
    {
        var store = DispatchProxy.Create<IKeyStore, GivingUp>();
        var giving = (GivingUp)(object)store;
        (giving.Store, giving.Method, giving.GaveUp) = (_file.Open(), method, _gaveUp);
        return store;
    }

    /// <summary>The store, beside somebody who cancels as soon as one thing is written.</summary>
    public class GivingUp : DispatchProxy
    {
        public IKeyStore Store { get; set; } = null!;

        public string Method { get; set; } = "";

        public CancellationTokenSource GaveUp { get; set; } = null!;

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            var answer = targetMethod!.Invoke(Store, args);
            if (targetMethod.Name == Method)
            {
                ((Task)answer!).Wait();
                GaveUp.Cancel();
            }

            return answer;
        }
    }
}
