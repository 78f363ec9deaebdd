using System.Text.Json.Serialization;

namespace AgentKey.Agents.Mcp.Calls;

/// <summary>What one round of a call hands to the next, through the client's hands.</summary>
internal sealed record SealedRound
{
    /// <summary>What kind of thing was called.</summary>
    public required string Kind { get; init; }

    public required string Name { get; init; }

    /// <summary>Who called, as the transport knows it.</summary>
    public required string Caller { get; init; }

    /// <summary>The fingerprint of the arguments.</summary>
    public required string Arguments { get; init; }

    /// <summary>What the client could be asked. One that can be asked less would fail the call, and get back what the earlier rounds have earned.</summary>
    public required string Askable { get; init; }

    /// <summary>When this stops being good, in seconds of Unix time.</summary>
    public required long Until { get; init; }

    /// <summary>What the earlier rounds paid; <see langword="null"/> when the question was whether to pay at all.</summary>
    public SealedPayment? Payment { get; init; }

    /// <summary>The operation id under which the call will be paid for once it is approved, so that one approval buys one call.</summary>
    public string? ApprovalId { get; init; }

    /// <summary>What the client's human was told that the call costs, in micro-cents.</summary>
    public long ApprovalPrice { get; init; }

    /// <summary>The state of the tool itself.</summary>
    public string? Inner { get; init; }
}

/// <summary>Written without reflection, so that servers can be compiled ahead of time.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SealedRound))]
internal sealed partial class SealedRoundJson : JsonSerializerContext;
