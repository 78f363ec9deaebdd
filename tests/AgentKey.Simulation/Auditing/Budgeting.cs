using AgentKey.Budgets;
using AgentKey.Simulation.Stores;
using AgentKey.Storage;

namespace AgentKey.Simulation.Auditing;

/// <summary>Which keys pay from which budgets, read from the tables by the specification.</summary>
internal static class Budgeting
{
    /// <summary>The key and the keys above it.</summary>
    public static IEnumerable<StoredKey> ChainOf(Tables tables, string keyId)
    {
        for (var key = tables.Find(keyId)?.Key; key is not null; key = key.ParentId is { } parent ? tables.Find(parent)?.Key : null)
        {
            yield return key;
        }
    }

    /// <summary>Whether a charge of a key spends an owner's budgets: those of the keys above up to a carved one, and of its account.</summary>
    public static bool Pays(Tables tables, string keyId, string owner)
    {
        foreach (var key in ChainOf(tables, keyId))
        {
            if (BudgetOwner.OfKey(key.Id) == owner)
            {
                return true;
            }

            if (key.IsCarved)
            {
                return false;
            }

            if (key.ParentId is null)
            {
                return key.AccountId is { } account && BudgetOwner.OfAccount(account) == owner;
            }
        }

        return false;
    }

    /// <summary>Every budget there is.</summary>
    public static IEnumerable<BudgetRow> All(Tables tables) =>
        tables.Keys.Select(row => BudgetRow.Of(row.Key)).Concat(tables.Budgets.Values.Select(BudgetRow.Of));
}
