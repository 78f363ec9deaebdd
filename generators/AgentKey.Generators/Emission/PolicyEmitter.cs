using AgentKey.Generators.Models;

namespace AgentKey.Generators.Emission;

/// <summary>Writes the policy of one tool: its scope, its price, and what happens to the money when it fails.</summary>
internal static class PolicyEmitter
{
    public const string Policy = "global::AgentKey.Agents.ToolPolicy";
    private const string Price = "global::AgentKey.Agents.ToolPrice";
    private const string Outcome = "global::AgentKey.Agents.FailureOutcome";

    public static void Emit(SourceWriter writer, ToolMethodModel method, string field)
    {
        writer.Line($"private static readonly {Policy} {field} =");
        EmitValue(writer, method, ";");
        writer.Line();
    }

    /// <summary>Writes the policy alone, one step further in.</summary>
    public static void EmitValue(SourceWriter writer, ToolMethodModel method, string end)
    {
        if (method.Scope is null)
        {
            writer.Line($"    {Policy}.Public(\"{method.ToolName}\"){end}");
            return;
        }

        var outcomes = Outcomes(method.Price).ToList();
        writer.Line($"    new {Policy}(\"{method.ToolName}\", \"{method.Scope}\", {PriceOf(method.Price)}){(outcomes.Count == 0 ? end : "")}");
        if (outcomes.Count > 0)
        {
            writer.Line("    {");
            writer.Lines(outcomes.Select(outcome => $"        {outcome},"));
            writer.Line($"    }}{end}");
        }
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
