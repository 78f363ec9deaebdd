using System.Text.Json.Nodes;
using AgentKey.Cli.Output;
using Spectre.Console;

namespace AgentKey.Cli.McpProxy.Policies;

/// <summary>What a policy file and a server disagree about.</summary>
internal sealed record PolicyReport(IReadOnlyList<PolicyComparison> Comparisons)
{
    private bool IsClean => Comparisons.All(each => each.Unpriced.Count == 0 && each.Unknown.Count == 0);

    /// <summary>What is served, e.g. <c>3 of 5 tools</c>.</summary>
    public string Summary => string.Join(
        ", ", Comparisons.Where(each => each.Served.Count + each.Unpriced.Count > 0)
            .Select(each => $"{each.Served.Count} of {each.Served.Count + each.Unpriced.Count} {each.Kind}").DefaultIfEmpty("nothing"));

    /// <summary>One line for each disagreement.</summary>
    public IEnumerable<string> Lines => Comparisons.SelectMany(each => new[]
    {
        Line($"{each.Kind} without a price, and so closed", each.Unpriced),
        Line($"{each.Kind} in the policy that the server does not have", each.Unknown),
    }.OfType<string>());

    /// <summary>The report as the result of a command, which fails when there is a disagreement.</summary>
    public CommandResult ToResult() => new(
        new JsonObject(Comparisons.Select(each => KeyValuePair.Create(each.Kind, (JsonNode?)Json(each)))),
        new Text(string.Join(Environment.NewLine, [$"Served: {Summary}", .. Lines])),
        IsClean ? ExitCode.Done : ExitCode.Failure);

    private static string? Line(string what, IReadOnlyList<string> names) => names.Count == 0 ? null : $"{what}: {string.Join(", ", names)}";

    private static JsonObject Json(PolicyComparison each) => new()
    {
        ["served"] = Names(each.Served),
        ["unpriced"] = Names(each.Unpriced),
        ["unknown"] = Names(each.Unknown),
    };

    private static JsonArray Names(IReadOnlyList<string> names) => [.. names.Select(name => (JsonNode)name)];
}
