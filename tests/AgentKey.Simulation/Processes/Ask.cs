using AgentKey.Keys;
using AgentKey.Money;

namespace AgentKey.Simulation.Processes;

/// <summary>One thing that somebody wants done once, written down before it is first asked. Survives every crash.</summary>
internal sealed record Ask(AskKind Kind, KnownKey Key, string OperationId, long MicroCents)
{
    /// <summary>How long a hold shall live.</summary>
    public TimeSpan TimeToLive { get; init; }

    /// <summary>The operation that is settled, voided or extended.</summary>
    public Ask? Origin { get; init; }

    /// <summary>Whether the library chooses the operation id: then it cannot be asked again, and a failure stays ambiguous.</summary>
    public bool IsAnonymous { get; init; }

    /// <summary>The answers so far; several when it was asked several times.</summary>
    public List<Reply> Replies { get; } = [];

    /// <summary>How often it was asked, or asked again.</summary>
    public int Tries { get; set; }

    /// <summary>Whether a try has no answer, because the store failed or the process died: then nobody knows whether it happened.</summary>
    public bool IsAmbiguous => Tries > Replies.Count;

    public Cost Cost => Cost.FromMicroCents(MicroCents);

    public override string ToString() => $"{Kind} {OperationId} of key {Key.Id}";
}

/// <summary>One answer.</summary>
/// <param name="Word">What it says, e.g. <c>allowed</c>.</param>
/// <param name="Remaining">What it says is left.</param>
/// <param name="Secret">The secret that was shown.</param>
/// <param name="IsReplay">Whether it is the answer to an earlier try.</param>
/// <param name="OperationId">The id under which it happened, if it did.</param>
internal sealed record Reply(string Word, Cost? Remaining, AgentSecret? Secret, bool IsReplay, string? OperationId = null)
{
    public const string Allowed = "allowed";

    /// <summary>The caller gave up before anything was asked of the store.</summary>
    public const string GivenUp = "given up";

    /// <summary>The store failed, and nobody will ask again.</summary>
    public const string Unknown = "unknown";
}

internal enum AskKind
{
    Charge,
    Hold,
    Settle,
    Void,
    Extend,
}
