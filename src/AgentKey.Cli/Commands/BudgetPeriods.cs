namespace AgentKey.Cli.Commands;

/// <summary>How commands explain periods.</summary>
internal static class BudgetPeriods
{
    public const string Description =
        "When the budget starts again: once, hour, day, week, month, year or \"rolling 24h\"; with e.g. \"week on monday at 09:00 in Europe/Berlin\".";
}
