using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentKey.Serve.DataPlane;

/// <summary>Reads and writes without reflection. Strict: an unknown, repeated or misspelled member is an error, not ignored.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CallerBody))]
[JsonSerializable(typeof(ChargeBody))]
[JsonSerializable(typeof(HoldBody))]
[JsonSerializable(typeof(SettleBody))]
[JsonSerializable(typeof(ExtendBody))]
[JsonSerializable(typeof(ChargeDocument))]
[JsonSerializable(typeof(HoldDocument))]
[JsonSerializable(typeof(SettledDocument))]
[JsonSerializable(typeof(ExtendedDocument))]
[JsonSerializable(typeof(VoidedDocument))]
internal sealed partial class DataPlaneJson : JsonSerializerContext;
