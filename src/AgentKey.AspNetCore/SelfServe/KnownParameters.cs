using Microsoft.AspNetCore.Http;

namespace AgentKey.AspNetCore.SelfServe;

/// <summary>Lets no misspelled filter pass for none: the answer would be about more than was asked.</summary>
internal static class KnownParameters
{
    /// <exception cref="InvalidFieldException">A parameter is none of those that the endpoint takes.</exception>
    public static void Require(IQueryCollection query, params IEnumerable<string> known)
    {
        if (query.Keys.Except(known, StringComparer.OrdinalIgnoreCase).FirstOrDefault() is { } unknown)
        {
            // What is no plain word may be a secret that was pasted into the address.
            var name = unknown.Length is > 0 and <= 32 && unknown.All(char.IsAsciiLetter) ? unknown : "query";
            throw new InvalidFieldException(name, "is unknown", string.Join(", ", known.DefaultIfEmpty("a request without parameters")));
        }
    }
}
