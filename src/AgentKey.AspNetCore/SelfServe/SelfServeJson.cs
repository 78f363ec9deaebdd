using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentKey.AspNetCore.SelfServe;

/// <summary>Reads and writes without reflection. Strict: an unknown, repeated or misspelled member is an error, not ignored.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ChildRequest))]
[JsonSerializable(typeof(RotateRequest))]
[JsonSerializable(typeof(SignUpRequest))]
[JsonSerializable(typeof(KeyDocument))]
[JsonSerializable(typeof(SecretDocument))]
[JsonSerializable(typeof(UsageDocument))]
internal sealed partial class SelfServeJson : JsonSerializerContext;
