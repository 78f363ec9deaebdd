using System.Text.Json;
using AgentKey.Agents;
using AgentKey.Scopes;

namespace AgentKey.Cli.McpProxy.Policies;

/// <summary>Reads what a policy file says of one tool, prompt or resource.</summary>
internal static class PolicyEntryReader
{
    private const string Form = """{"scope": "web.search", "cents": 1}""";

    public static PolicyEntry Read(string name, JsonElement element, string path, bool allowsArguments)
    {
        var members = new PolicyMembers(element, path, Form);
        var isPublic = members.FindFlag("public");
        var scope = members.FindText("scope", "a scope, e.g. web.search");
        if (isPublic)
        {
            if (scope is not null)
            {
                throw new InvalidFieldException(members.PathOf("scope"), "does not go with public", "one of the two");
            }

            members.RefuseOthers();
            return new PolicyEntry(ToolPolicy.Public(name), null);
        }

        Scope.Require(scope, members.PathOf("scope"));
        var (price, perResult) = ReadPrice(members);
        if (price.Kind == ToolPriceKind.PerArgument && !allowsArguments)
        {
            throw new InvalidFieldException(members.PathOf("per"), "is for tools only", "cents alone, or with resultCharacters and upToCents");
        }

        var policy = Named(path, () => new ToolPolicy(name, scope!, price)
        {
            OnFailure = ReadOutcome(members, "onFailure", FailureOutcome.Refund),
            OnCancellation = ReadOutcome(members, "onCancellation", FailureOutcome.Keep),
        });
        members.RefuseOthers();
        return new PolicyEntry(policy, perResult);
    }

    private static (ToolPrice Price, ResultPrice? PerResult) ReadPrice(PolicyMembers members)
    {
        var cents = members.FindCents("cents");
        var per = members.FindText("per", "the name of an integer argument, e.g. maxTokens");
        var units = members.FindCount("units");
        var characters = members.FindCount("resultCharacters");
        var most = members.FindCents("upToCents");
        if (cents is not { } cost)
        {
            throw new InvalidFieldException(members.PathOf("cents"), "is missing", "decimal cents, e.g. 15 or 0.03; 0 for nothing");
        }

        if ((characters is null) != (most is null))
        {
            throw new InvalidFieldException(
                members.PathOf(characters is null ? "resultCharacters" : "upToCents"), "is missing",
                """both, e.g. "cents": 0.2, "resultCharacters": 1000, "upToCents": 40""");
        }

        if (per is not null && characters is not null)
        {
            throw new InvalidFieldException(members.PathOf("per"), "does not go with resultCharacters", "one of the two");
        }

        if (units is not null && per is null)
        {
            throw new InvalidFieldException(members.PathOf("per"), "is missing", """both, e.g. "per": "maxTokens", "units": 1000""");
        }

        if (characters is { } length)
        {
            return (ToolPrice.UpTo(most!.Value), new ResultPrice(cost, length));
        }

        return (per is null ? ToolPrice.Fixed(cost) : Named(members.PathOf("per"), () => ToolPrice.PerArgument(cost, per, units ?? 1)), null);
    }

    private static FailureOutcome ReadOutcome(PolicyMembers members, string name, FailureOutcome otherwise) =>
        members.FindText(name, "refund or keep") switch
        {
            null => otherwise,
            "refund" => FailureOutcome.Refund,
            "keep" => FailureOutcome.Keep,
            _ => throw new InvalidFieldException(members.PathOf(name), "is neither", "refund or keep"),
        };

    /// <summary>The library names its own parameters; who wrote a file looks for a place in it.</summary>
    private static T Named<T>(string path, Func<T> make)
    {
        try
        {
            return make();
        }
        catch (InvalidFieldException error) when (!error.Field.StartsWith(path, StringComparison.Ordinal))
        {
            throw new InvalidFieldException(path, $"is not acceptable ({error.Field})", error.AcceptedForm);
        }
    }
}
