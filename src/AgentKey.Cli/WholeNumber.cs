using System.CommandLine;
using System.Globalization;

namespace AgentKey.Cli;

/// <summary>Options with a whole number, which the parser itself would refuse by the name of a type.</summary>
internal static class WholeNumber
{
    public static Option<int> Option(string name, string description, int unlessGiven, string accepted) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => unlessGiven,
        CustomParser = given =>
        {
            if (!int.TryParse(given.Tokens[^1].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            {
                given.AddError($"{name} is no whole number; accepted: {accepted}");
            }

            return number;
        },
    };
}
