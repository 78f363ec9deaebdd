using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentKey.Serve.AdminPlane;

/// <summary>Reads and writes without reflection. Strict: an unknown, repeated or misspelled member is an error, not ignored.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(KeyBody))]
[JsonSerializable(typeof(SubjectBody))]
[JsonSerializable(typeof(RevokeBody))]
[JsonSerializable(typeof(RaiseBody))]
[JsonSerializable(typeof(CapBody))]
[JsonSerializable(typeof(RevokedDocument))]
[JsonSerializable(typeof(KeyListDocument))]
[JsonSerializable(typeof(MintedDocument))]
internal sealed partial class AdminPlaneJson : JsonSerializerContext;
