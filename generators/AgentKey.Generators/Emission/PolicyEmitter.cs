using AgentKey.Generators.Models;

namespace AgentKey.Generators.Emission;

/// <summary>Writes the policy of one tool: its scope, its price, and what happens to the money when it fails.</summary>
internal static class PolicyEmitter
{
    private const string Policy = "global::AgentKey.Agents.ToolPolicy";
    private const string Price = "global::AgentKey.Agents.ToolPrice";
    private const string Outcome = "global::AgentKey.Agents.FailureOutcome";

    public static void Emit(SourceWriter writer, ToolMethodModel method, string field)
    {
        var price = method.Price;
        var outcomes = Outcomes(price).ToList();
        writer.Line($"private static readonly {Policy} {field} =");
        writer.Line($"    new {Policy}(\"{method.ToolName}\", \"{method.Scope}\", {PriceOf(price)}){(outcomes.Count == 0 ? ";" : "")}");
        if (outcomes.Count > 0)
        {
            writer.Line("    {");
            writer.Lines(outcomes.Select(outcome => $"        {outcome},"));
            writer.Line("    };");
        }

        writer.Line();
    }

    private static string PriceOf(PriceModel price) => price.Kind switch
    {
        PriceKind.Fixed => CostOf(price),
        PriceKind.PerArgument when price.Units == 1 => $"{Price}.PerArgument({CostOf(price)}, \"{price.Argument}\")",
        PriceKind.PerArgument => $"{Price}.PerArgument({CostOf(price)}, \"{price.Argument}\", {price.Units})",
        PriceKind.UpTo => $"{Price}.UpTo({CostOf(price)})",
        _ => $"{Price}.ByRule(\"{price.Rule!.Name}\"{(price.Rule.Settle is null ? "" : ", isSettled: true")})",
    };

    private static string CostOf(PriceModel price) => $"global::AgentKey.Money.Cost.FromCents({price.Cents})";

    private static IEnumerable<string> Outcomes(PriceModel price)
    {
        if (price.KeepsOnFailure)
        {
            yield return $"OnFailure = {Outcome}.Keep";
        }

        if (price.RefundsOnCancellation)
        {
            yield return $"OnCancellation = {Outcome}.Refund";
        }
    }
}
