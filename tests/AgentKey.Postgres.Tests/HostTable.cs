using System.Text.RegularExpressions;

namespace AgentKey.Postgres.Tests;

/// <summary>
/// A table that a host had before: in a schema, with reserved words and mixed case for names, and with a column of
/// another meaning under every name that the store would use without being told.
/// </summary>
public abstract partial class HostTable : PostgresUnderTest
{
    private const string Schema = "App";
    private const string Table = "user";

    // Where a column has no other name here, it is one that the migration adds.
    private static readonly Dictionary<string, string> Names = new()
    {
        ["id"] = "Id",
        ["account_id"] = "order",
        ["key_hash"] = "TokenDigest",
        ["key_prefix"] = "table",
        ["name"] = "Übername",
        ["created_at"] = "CreatedAt",
        ["revoked_at"] = "select",
        ["scopes"] = "grant",
        ["budget_cents"] = "limit",
        ["budget_used_cents"] = "Spent",
        ["expires_at"] = "end",
        ["parent_id"] = "Parent",
    };

    /// <summary>The id column's type and default, whose values come in the order in which rows are made.</summary>
    protected abstract string IdDefinition { get; }

    public override IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["AGENTKEY_TABLE"] = Options.Table,
        ["AGENTKEY_COLUMNS"] = string.Join(',', KeyRoles().Select(role => $"{role}={NameOf(role)}")),
    };

    protected override PostgresKeyStoreOptions Options
    {
        get
        {
            var options = new PostgresKeyStoreOptions { Table = $"{Schema}.{Table}" };
            foreach (var role in KeyRoles())
            {
                options.Columns[role] = NameOf(role);
            }

            return options;
        }
    }

    public override async Task CreateAsync()
    {
        await base.CreateAsync();
        var decoys = string.Join(", ", KeyRoles().Select(role => $"{role} POINT"));
        await base.ExecuteAsync(
            $"""
            CREATE SCHEMA "{Schema}";
            CREATE SEQUENCE numbers;
            CREATE TABLE "{Schema}"."{Table}" ("Id" {IdDefinition} PRIMARY KEY, "TokenDigest" VARCHAR(64) NOT NULL UNIQUE, "select" TIMESTAMPTZ, {decoys})
            """);
    }

    /// <summary>Says in this table's names what the statement says in the default ones.</summary>
    public override Task<long> ExecuteAsync(string sql)
    {
        var isAboutKeys = KeysTable().IsMatch(sql);
        var translated = isAboutKeys ? Word().Replace(sql, word => KeyRoles().Contains(word.Value) ? $"\"{NameOf(word.Value)}\"" : word.Value) : sql;
        return base.ExecuteAsync(TableNames().Replace(translated, name => $"\"{Schema}\".\"{Table}{name.Groups[1].Value}\""));
    }

    private static string NameOf(string role) => Names.GetValueOrDefault(role, $"Our_{role}");

    private static IReadOnlyList<string> KeyRoles() => [.. Postgres.Schema.KeyColumn.All.Select(column => column.Role)];

    [GeneratedRegex("sdk_api_keys(?!_)")]
    private static partial Regex KeysTable();

    [GeneratedRegex("sdk_api_keys(_[a-z]+)?")]
    private static partial Regex TableNames();

    [GeneratedRegex("[a-z_]+")]
    private static partial Regex Word();
}

/// <summary>With uuids.</summary>
public sealed class UuidHostTable : HostTable
{
    public override string UnknownId => "abcdef00-0000-7000-8000-ffffffffffff";

    public override string Respell(string keyId) => keyId.ToUpperInvariant();

    protected override string IdDefinition => "UUID DEFAULT ('abcdef00-0000-7000-8000-' || lpad(to_hex(nextval('numbers')), 12, '0'))::uuid";
}

/// <summary>With texts, in another order than those of our own tables.</summary>
public sealed class TextHostTable : HostTable
{
    public override string UnknownId => "key-999999";

    public override string Respell(string keyId) => keyId;

    protected override string IdDefinition => "VARCHAR(40) COLLATE \"und-x-icu\" DEFAULT 'key-' || lpad(nextval('numbers')::text, 6, '0')";
}

/// <summary>With whole numbers.</summary>
public sealed class IntegerHostTable : HostTable
{
    protected override string IdDefinition => "INTEGER DEFAULT nextval('numbers')";
}
