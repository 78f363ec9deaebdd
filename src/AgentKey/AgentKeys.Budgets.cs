using AgentKey.Budgets;
using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Storage;

namespace AgentKey;

/// <content>Caps of keys, their further budgets, the ceilings of accounts, and raises.</content>
public sealed partial class AgentKeys
{
    private const int MaxBudgetNameLength = 64;

    private static readonly TimeSpan LongestRaise = TimeSpan.FromDays(366);

    /// <summary>Sets a further budget of a key, or a ceiling for all keys of an account. It binds from the next call on.</summary>
    /// <remarks>With the same period only the cap changes; with another one the budget starts anew.</remarks>
    /// <param name="owner">The key or the account.</param>
    /// <param name="name">The budget's name: lower-case letters, digits, <c>-</c> and <c>_</c>; 1 to 64 characters.</param>
    /// <param name="budget">Cap and period.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="InvalidFieldException">The name is malformed, or there is no such key.</exception>
    public async Task SetBudgetAsync(BudgetOwner owner, string name, Budget budget, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(owner);
        ArgumentNullException.ThrowIfNull(budget);
        RequireBudgetName(name);

        // A budget of a key that is not there would bind nobody, without a word.
        var known = await FindOwnerAsync(owner, cancellationToken).ConfigureAwait(false)
            ?? throw new InvalidFieldException("keyId", "is not found", "the id of a key");
        await SaveBudgetAsync(known, name, budget, cancellationToken).ConfigureAwait(false);
    }

    private async Task SaveBudgetAsync(BudgetOwner owner, string name, Budget budget, CancellationToken cancellationToken)
    {
        var now = await AskAsync(_store.GetTimeAsync, cancellationToken).ConfigureAwait(false);
        var fresh = Fresh(budget, now);
        var row = new StoredExtraBudget
        {
            Owner = owner.Text,
            Name = name,
            CapMicroCents = budget.Cap.MicroCents,
            Period = budget.Period.ToString(),
            AnchorAt = fresh.AnchorAt,
            StartedAt = now,
            EndsAt = fresh.UsedUntil,
            UsedMicroCents = 0,
        };
        await AskAsync(
            async token =>
            {
                await _store.SaveBudgetAsync(row, token).ConfigureAwait(false);
                return true;
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removes a further budget. What the ledger says of it stays.</summary>
    /// <returns>Whether there was one.</returns>
    public async Task<bool> RemoveBudgetAsync(BudgetOwner owner, string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(owner);
        ArgumentNullException.ThrowIfNull(name);
        var named = TextField.Comparable(name, "budget name");

        // What a key left behind that the host removed can be removed too.
        var known = await FindOwnerAsync(owner, cancellationToken).ConfigureAwait(false) ?? owner;
        return await AskAsync(token => _store.RemoveBudgetAsync(known.Text, named, token), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The further budgets of a key, or the ceilings of an account, by name. One that makes no sense has a <see cref="BudgetInfo.Problem"/>.</summary>
    public async Task<IReadOnlyList<BudgetInfo>> ListBudgetsAsync(BudgetOwner owner, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(owner);
        var known = await FindOwnerAsync(owner, cancellationToken).ConfigureAwait(false) ?? owner;
        var now = await AskAsync(_store.GetTimeAsync, cancellationToken).ConfigureAwait(false);
        var rows = await AskAsync(token => _store.ListBudgetsAsync(known.Text, token), cancellationToken).ConfigureAwait(false);
        return [.. rows.Select(row => KeyView.Show(row, now))];
    }

    /// <summary>Gives a key another cap of its own, for good. It binds from the next call on; the period, and what is spent and held in it, stay.</summary>
    /// <remarks>
    /// A cap below what is spent and held takes nothing back: it refuses every call until enough came back, the period
    /// ends, or the cap is changed again. A carved key draws the difference from the keys above it in the same step, or
    /// gives back to them what it has not used of it. A key without a cap gets one, and all that it has spent counts.
    /// </remarks>
    /// <param name="keyId">The key; a revoked one is not found.</param>
    /// <param name="cap">Whole cents.</param>
    /// <param name="accountId">When given, a key of another account is not found, exactly like one that does not exist.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>Whether there is such a key.</returns>
    /// <exception cref="InvalidFieldException">
    /// The cap holds a fraction of a cent, is more than the key could be minted with, or cannot be drawn from above;
    /// nothing was changed.
    /// </exception>
    public async Task<bool> ChangeCapAsync(string keyId, Cost cap, string? accountId = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keyId);
        Budget.RequireWholeCents(cap);
        var account = TextField.Comparable(accountId, "accountId");
        var answer = await DecideAsync<CapAnswer>(
            KeyLookup.ById(keyId), chain => new ChangeCapOperation(chain, _host.NewOperationId(), account, cap), cancellationToken).ConfigureAwait(false);
        return answer?.Refusal is { } refusal ? throw refusal : answer is { IsChanged: true };
    }

    /// <summary>More money for a while. The cap itself stays; a raise that is in force is replaced.</summary>
    /// <param name="owner">The key or the account.</param>
    /// <param name="name">The name of a further budget; <see langword="null"/> for a key's own.</param>
    /// <param name="by">How much more; zero ends a raise. The cap and a raise are <see cref="Cost.MaxValue"/> at most.</param>
    /// <param name="duration">For how long, counted on the store's clock: up to 366 days.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>Whether there is such a budget.</returns>
    /// <exception cref="InvalidFieldException">The duration is out of range, or an account's budget is not named.</exception>
    public async Task<bool> RaiseBudgetAsync(BudgetOwner owner, string? name, Cost by, TimeSpan duration, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(owner);
        if (duration <= TimeSpan.Zero || duration > LongestRaise)
        {
            throw new InvalidFieldException("duration", "is out of range", "a positive duration of up to 366 days, e.g. 01:00:00");
        }

        if (name is null && !owner.IsKey)
        {
            throw new InvalidFieldException("budget name", "is missing", "the name of one of the account's budgets");
        }

        var named = TextField.Comparable(name, "budget name");
        return await FindOwnerAsync(owner, cancellationToken).ConfigureAwait(false) is { } known
            && await AskAsync(token => _store.RaiseAsync(new BudgetRaise(known.Text, named, by.MicroCents, duration), token), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The owner as its budgets name it: an id may be written in several ways, and a charge looks for one.</summary>
    /// <returns><see langword="null"/> when there is no such key.</returns>
    private async Task<BudgetOwner?> FindOwnerAsync(BudgetOwner owner, CancellationToken cancellationToken)
    {
        if (owner.KeyId is not { } keyId)
        {
            return owner;
        }

        // Not from memory: the key may be gone.
        var chain = await AskAsync(token => _store.FindChainAsync(KeyLookup.ById(keyId), token), cancellationToken).ConfigureAwait(false);
        return chain is null ? null : BudgetOwner.Key(chain.KeyId);
    }

    private static void RequireBudgetName(string? name)
    {
        if (name is null || name.Length is 0 or > MaxBudgetNameLength
            || !name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_'))
        {
            throw new InvalidFieldException("budget name", "is malformed", $"1 to {MaxBudgetNameLength} of a-z, 0-9, - and _, e.g. hourly");
        }
    }
}
