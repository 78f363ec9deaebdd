using System.Globalization;
using AgentKey.Storage;
using Microsoft.AspNetCore.Http;

namespace AgentKey.AspNetCore.SelfServe;

/// <summary>Reads the query string of a usage report.</summary>
internal static class UsageParameters
{
    private static readonly string[] InstantForms = ["yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm'Z'"];

    /// <exception cref="InvalidFieldException">A parameter is malformed.</exception>
    public static UsageQuery Read(IQueryCollection query, string? keyId, bool mayBeByKey = false) => new()
    {
        By = ReadGrouping(query, mayBeByKey),
        KeyId = keyId,
        Since = ReadInstant(query, "since"),
        Until = ReadInstant(query, "until"),
    };

    private static UsageGrouping ReadGrouping(IQueryCollection query, bool mayBeByKey) => (string?)query["by"] switch
    {
        null or "tool" => UsageGrouping.Tool,
        "key" when mayBeByKey => UsageGrouping.Key,
        "scope" => UsageGrouping.Scope,
        "day" => UsageGrouping.Day,
        _ => throw new InvalidFieldException("by", "is unknown", mayBeByKey ? "key, tool, scope or day" : "tool, scope or day"),
    };

    private static DateTimeOffset? ReadInstant(IQueryCollection query, string field)
    {
        if ((string?)query[field] is not { } text)
        {
            return null;
        }

        return DateTimeOffset.TryParseExact(text, InstantForms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
            ? instant
            : throw new InvalidFieldException(field, "is no instant in UTC", "2026-11-01T00:00:00Z");
    }
}
