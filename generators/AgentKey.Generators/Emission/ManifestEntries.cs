using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AgentKey.Generators.Manifest;
using AgentKey.Generators.Models;

namespace AgentKey.Generators.Emission;

/// <summary>Turns tools into entries of the manifest.</summary>
internal static class ManifestEntries
{
    private const string OwnAttribute = "[global::AgentKey.Agents.";
    private const string Token = "global::" + WellKnownNames.CancellationToken;

    public static IEnumerable<ToolEntry> Of(IEnumerable<ToolClassModel> classes)
    {
        using var sha = SHA256.Create();
        foreach (var tool in classes)
        {
            var overloads = new HashSet<string>(tool.Methods.GroupBy(method => method.Name).Where(group => group.Count() > 1).Select(group => group.Key));
            foreach (var method in tool.Methods)
            {
                yield return new ToolEntry(
                    $"{Readable(tool.Class.FullName)}.{method.Name.TrimStart('@')}{(overloads.Contains(method.Name) ? Parameters(method) : "")}",
                    method.ToolName,
                    method.Scope,
                    PriceOf(method.Price),
                    method.Price.KeepsOnFailure ? ToolEntry.Keep : ToolEntry.Refund,
                    method.Price.RefundsOnCancellation ? ToolEntry.Refund : ToolEntry.Keep,
                    Hash(SchemaOf(method), sha));
            }
        }
    }

    /// <summary>The same text as AgentKey.Agents.ToolPrice gives at run time, but of a rule more than its simple name, which another may have.</summary>
    private static string PriceOf(PriceModel price) => price.Kind switch
    {
        PriceKind.Fixed => DollarsOf(price),
        PriceKind.PerArgument when price.Units == 1 => $"{DollarsOf(price)} per {price.Argument}",
        PriceKind.PerArgument => FormattableString.Invariant($"{DollarsOf(price)} per {price.Units} {price.Argument}"),
        PriceKind.UpTo => $"up to {DollarsOf(price)}",
        _ => $"by {Readable(price.Rule!.FullName)}",
    };

    private static string DollarsOf(PriceModel price)
    {
        var cents = decimal.Parse(price.Cents.TrimEnd('M'), CultureInfo.InvariantCulture);
        return "$" + (cents / 100).ToString("0.00######", CultureInfo.InvariantCulture);
    }

    /// <summary>What an agent is told, and may send. Whether the tool works at once or later makes no difference to it.</summary>
    private static string SchemaOf(ToolMethodModel method) => string.Join("\n", method.Attributes
        .Where(attribute => !attribute.StartsWith(OwnAttribute, StringComparison.Ordinal))
        .OrderBy(attribute => attribute, StringComparer.Ordinal)
        .Concat(method.Parameters.Where(parameter => parameter.Type != Token).Select(parameter => parameter.Declaration))
        .Append(method.ReturnKind == ReturnKind.Stream ? "stream" : "value")
        .Append(method.ResultType ?? "void")
        .Append(method.Shapes));

    private static string Hash(string text, SHA256 sha) =>
        "sha256:" + string.Concat(sha.ComputeHash(Encoding.UTF8.GetBytes(text)).Select(part => part.ToString("x2", CultureInfo.InvariantCulture)));

    private static string Parameters(ToolMethodModel method) => $"({string.Join(", ", method.Parameters.Select(parameter => Readable(parameter.Type)))})";

    private static string Readable(string name) => name.Replace("global::", "").Replace("@", "");
}
