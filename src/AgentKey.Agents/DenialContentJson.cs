using System.Text.Json.Serialization;

namespace AgentKey.Agents;

/// <summary>Writes <see cref="DenialContent"/> without reflection, so that servers can be compiled ahead of time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DenialContent))]
internal sealed partial class DenialContentJson : JsonSerializerContext;
