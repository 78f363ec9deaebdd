using System.Text.Json.Serialization;

namespace AgentKey.Sqlite;

/// <summary>The lists that stand in columns and parameters as JSON, written without reflection.</summary>
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(IEnumerable<string>))]
[JsonSerializable(typeof(IEnumerable<long>))]
internal sealed partial class ColumnJson : JsonSerializerContext;
