using System.Globalization;
using AgentKey.Storage;
using Microsoft.AspNetCore.Http;

namespace AgentKey.Serve.AdminPlane;

/// <summary>Reads the query strings of the admin plane.</summary>
internal static class AdminQuery
{
    /// <exception cref="InvalidFieldException">A parameter is malformed.</exception>
    public static KeyQuery ReadKeys(IQueryCollection query) => new()
    {
        AccountId = ReadText(query, "account"),
        IncludeDead = ReadText(query, "dead") switch
        {
            null or "false" => false,
            "true" => true,
            _ => throw new InvalidFieldException("dead", "is unknown", "true or false"),
        },
        AfterId = ReadText(query, "after"),
        Limit = ReadLimit(query),
    };

    /// <exception cref="InvalidFieldException">It is there twice, or holds what no store can be asked for.</exception>
    public static string? ReadText(IQueryCollection query, string name) => query[name] switch
    {
        { Count: <= 1 } value => TextField.Comparable((string?)value, name),
        _ => throw new InvalidFieldException(name, "is there twice", "once"),
    };

    private static int ReadLimit(IQueryCollection query)
    {
        const int usual = 100;
        return ReadText(query, "limit") is not { } text ? usual
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= KeyQuery.MaxLimit ? limit
            : throw new InvalidFieldException("limit", "is out of range", $"1 to {KeyQuery.MaxLimit}");
    }
}
