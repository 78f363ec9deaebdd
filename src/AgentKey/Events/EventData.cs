using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentKey.Events;

/// <summary>What a receiver reads of an event. What does not apply is left out. Amounts are exact decimal cents. Never a secret.</summary>
internal sealed record EventData
{
    public string? KeyId { get; init; }

    public string? AccountId { get; init; }

    public string? Budget { get; init; }

    public int? Percent { get; init; }

    public decimal? CapCents { get; init; }

    public decimal? UsedCents { get; init; }

    public DateTime? ResetsAt { get; init; }

    public string? OperationId { get; init; }

    public decimal? HeldCents { get; init; }

    public decimal? ActualCents { get; init; }

    public string? Tool { get; init; }

    public string? Code { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, EventDataJson.Default.EventData);
}

/// <summary>Writes <see cref="EventData"/> without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EventData))]
internal sealed partial class EventDataJson : JsonSerializerContext;
