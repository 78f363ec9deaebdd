using System.CommandLine;
using System.Text.Json.Nodes;
using AgentKey.Budgets;
using AgentKey.Cli.Output;
using AgentKey.Keys;
using AgentKey.Money;
using Spectre.Console;

namespace AgentKey.Cli.Commands;

/// <summary>Budgets of keys and ceilings of accounts: cap, list, set, remove, raise.</summary>
internal static class BudgetCommand
{
    private static readonly Option<string?> Key = new("--key") { Description = "The key that has the budget.", Recursive = true };
    private static readonly Option<string?> Account = new("--account") { Description = "The account that has the budget: the ceiling of all its keys.", Recursive = true };
    private static readonly Argument<string> Name = new("name") { Description = "The budget's name, e.g. hourly." };
    private static readonly Option<string> Cap = new("--cap") { Description = "Decimal dollars, whole cents, e.g. 2.00.", Required = true };
    private static readonly Option<string> Period = new("--period") { Description = BudgetPeriods.Description, DefaultValueFactory = _ => "once" };
    private static readonly Argument<string> OwnCap = new("dollars") { Description = "Decimal dollars, whole cents, e.g. 5.00." };
    private static readonly Option<string?> OfName = new("--name") { Description = "A further budget [default: the key's own]." };
    private static readonly Option<string> By = new("--by") { Description = "How much more, in decimal dollars; 0 ends a raise.", Required = true };
    private static readonly Option<string> For = new("--for") { Description = "For how long, e.g. 1h or 7d.", Required = true };

    public static Command Create() => new("budget", "Budgets of a key, and ceilings of accounts.")
    {
        Key,
        Account,
        new Command("cap", "Change the cap of the key's own budget, for good.") { OwnCap }.Runs(CapAsync),
        new Command("list", "List further budgets, or ceilings.").Runs(ListAsync),
        new Command("set", "Set one: it binds from the next call on.") { Name, Cap, Period }.Runs(SetAsync),
        new Command("remove", "Remove one.") { Name }.Runs(RemoveAsync),
        new Command("raise", "More money for a while.") { OfName, By, For }.Runs(RaiseAsync),
    };

    private static async Task<CommandResult> CapAsync(AgentKeys keys, ParseResult parse, CancellationToken cancellationToken)
    {
        if (PastedSecret.RequireOptionalId(parse.GetValue(Key), Key.Name) is not { } key || parse.GetValue(Account) is not null)
        {
            throw new InvalidFieldException("--key", "has to be said", "--key 42");
        }

        var cap = Cost.ParseDollars(parse.GetValue(OwnCap), "dollars");
        return await keys.ChangeCapAsync(key, cap, cancellationToken: cancellationToken)
            ? Done($"The cap of key {key} is {cap} from now on.")
            : CommandResult.NotFound(key);
    }

    private static async Task<CommandResult> ListAsync(AgentKeys keys, ParseResult parse, CancellationToken cancellationToken)
    {
        var budgets = await keys.ListBudgetsAsync(OwnerOf(parse), cancellationToken);
        return await EmptyAnswer.OfMissingKeyAsync(keys, parse.GetValue(Key), budgets.Count, cancellationToken) ?? new CommandResult(
            new JsonObject { ["budgets"] = new JsonArray([.. budgets.Select(KeyJson.Of)]) },
            KeyTable.Of(
                ["name", "budget", "spent", "left", "resets"],
                budgets.Select(budget => budget.Budget is { } sound
                    ? new[] { budget.Name, $"{sound.Cap} {sound.Period}", budget.Spent.ToString(), budget.Remaining.ToString(), KeyTable.Instant(budget.ResetsAt) }
                    : [budget.Name, $"(makes no sense: {budget.Problem})", null, null, null])));
    }

    private static async Task<CommandResult> SetAsync(AgentKeys keys, ParseResult parse, CancellationToken cancellationToken)
    {
        var budget = new Budget(Cost.ParseDollars(parse.GetValue(Cap), "--cap"), BudgetPeriod.Parse(parse.GetValue(Period), "--period"));
        await keys.SetBudgetAsync(OwnerOf(parse), parse.GetValue(Name)!, budget, cancellationToken);
        return Done($"The budget {parse.GetValue(Name)} is {budget.Cap} {budget.Period}.");
    }

    private static async Task<CommandResult> RemoveAsync(AgentKeys keys, ParseResult parse, CancellationToken cancellationToken) =>
        await keys.RemoveBudgetAsync(OwnerOf(parse), parse.GetValue(Name)!, cancellationToken)
            ? Done($"The budget {parse.GetValue(Name)} is removed.")
            : CommandResult.Missing($"budget {parse.GetValue(Name)} of {OwnerOf(parse)}");

    private static async Task<CommandResult> RaiseAsync(AgentKeys keys, ParseResult parse, CancellationToken cancellationToken)
    {
        var duration = Lifetime.Parse(parse.GetValue(For), "--for").Duration ?? throw new InvalidFieldException("--for", "is no duration", "30m, 1h or 7d");
        var by = Cost.ParseDollars(parse.GetValue(By), "--by");
        return await keys.RaiseBudgetAsync(OwnerOf(parse), parse.GetValue(OfName), by, duration, cancellationToken)
            ? Done($"{OwnerOf(parse)} has {by} more for {parse.GetValue(For)}.")
            : CommandResult.Missing($"budget {(parse.GetValue(OfName) is { } name ? $"{name} " : "")}of {OwnerOf(parse)}");
    }

    private static BudgetOwner OwnerOf(ParseResult parse) => (PastedSecret.RequireOptionalId(parse.GetValue(Key), Key.Name), parse.GetValue(Account)) switch
    {
        ({ } key, null) => BudgetOwner.Key(key),
        (null, { } account) => BudgetOwner.Account(account),
        _ => throw new InvalidFieldException("--key", "has to be said, or --account, and not both", "--key 42 or --account acme"),
    };

    private static CommandResult Done(string sentence) => new(new JsonObject { ["done"] = true }, new Text(sentence));
}
