using System.CommandLine;
using System.Text.Json.Nodes;
using AgentKey.Budgets;
using AgentKey.Cli.Output;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Scopes;
using Spectre.Console;

namespace AgentKey.Cli.Commands;

internal static class CreateCommand
{
    private static readonly Option<string> Account = new("--account") { Description = "The owner of the key.", DefaultValueFactory = _ => "default" };
    private static readonly Option<string> Name = new("--name") { Description = "A label for people.", DefaultValueFactory = _ => "default" };
    private static readonly Option<string[]> Scope = new("--scope") { Description = "What the key may do, e.g. docs.read or docs.*; repeatable." };
    private static readonly Option<bool> AllScopes = new("--all-scopes") { Description = "The key may do everything." };
    private static readonly Option<string?> Budget = new("--budget") { Description = "The cap in decimal dollars, whole cents, e.g. 3.00." };
    private static readonly Option<bool> NoBudget = new("--no-budget") { Description = "The key has no cap." };
    private static readonly Option<string> Period = new("--period") { Description = BudgetPeriods.Description, DefaultValueFactory = _ => "once" };
    private static readonly Option<string?> Expires = new("--expires") { Description = "30m, 1h, 7d, 1mo, or an instant such as 2027-01-31T00:00:00Z [default: never]." };
    private static readonly Option<string?> DelegatedBy = new("--delegated-by") { Description = "The human who delegated to the agent." };
    private static readonly Option<string?> User = new("--user") { Description = "The account's user that the key belongs to." };

    private static readonly Option<string?> Parent = new("--parent") { Description = "The id of the key above: the new one can do, spend and outlive no more than it, and spends its money too." };
    private static readonly Option<bool> Carve = new("--carve") { Description = "Draw the cap from the parent's budget now, so that nobody else can spend it." };

    public static Command Create() =>
        new Command("create", "Make a key. Its secret is printed once and cannot be shown again.")
        {
            Account, Name, Scope, AllScopes, Budget, NoBudget, Period, Expires, DelegatedBy, User, Parent, Carve,
        }.Runs(RunAsync);

    private static async Task<CommandResult> RunAsync(AgentKeys keys, ParseResult parse, CancellationToken cancellationToken)
    {
        var created = await keys.CreateAsync(
            new NewKey
            {
                AccountId = parse.GetValue(Account)!,
                Name = parse.GetValue(Name)!,
                Scopes = ScopesOf(parse),
                Budget = BudgetOf(parse),
                Lifetime = parse.GetValue(Expires) is { } expires ? Lifetime.Parse(expires, "--expires") : Lifetime.Forever,
                DelegatedBy = parse.GetValue(DelegatedBy),
                UserId = parse.GetValue(User),
                ParentId = PastedSecret.RequireOptionalId(parse.GetValue(Parent), Parent.Name),
                Carve = parse.GetValue(Carve),
            },
            cancellationToken);
        var secret = created.Secret.Reveal();
        return new CommandResult(
            new JsonObject { ["secret"] = secret, ["key"] = KeyJson.Of(created.Key) },
            new Rows(new Text($"Secret (shown once): {secret}"), KeyTable.Of([created.Key])))
        {
            TakeBack = async () =>
            {
                await keys.RevokeAsync(created.Key.Id, cancellationToken: CancellationToken.None);
                return $"Key {created.Key.Id} is revoked: nobody has seen its secret.";
            },
        };
    }

    private static ScopeSet ScopesOf(ParseResult parse)
    {
        var scopes = parse.GetValue(Scope) ?? [];
        if (parse.GetValue(AllScopes) == scopes.Length > 0)
        {
            throw new InvalidFieldException("--scope", "has to be said, or --all-scopes, and not both", "--scope docs.read --scope chat.*");
        }

        return scopes.Length == 0 ? ScopeSet.Unlimited : ScopeSet.Of(scopes);
    }

    private static Budget? BudgetOf(ParseResult parse)
    {
        var dollars = parse.GetValue(Budget);
        if (parse.GetValue(NoBudget) == dollars is not null)
        {
            throw new InvalidFieldException("--budget", "has to be said, or --no-budget, and not both", "--budget 3.00");
        }

        if (dollars is null && parse.GetResult(Period) is { Implicit: false })
        {
            throw new InvalidFieldException("--period", "goes with --budget", "--budget 3.00 --period month");
        }

        var period = BudgetPeriod.Parse(parse.GetValue(Period), "--period");
        return dollars is null ? null : new Budget(Cost.ParseDollars(dollars, "--budget"), period);
    }
}
