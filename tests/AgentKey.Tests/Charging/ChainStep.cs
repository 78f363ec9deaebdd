namespace AgentKey.Tests.Charging;

/// <summary>One step of a random history of a chain of keys: 1 is the root, 2 its child, 3 the child of 2.</summary>
public abstract record ChainStep
{
    /// <summary>Charge an amount to a key, under an operation id that may have been used before.</summary>
    public sealed record Charge(int Key, int Id, long MicroCents) : ChainStep;

    /// <summary>Hold an amount for some minutes.</summary>
    public sealed record Hold(int Key, int Id, long MicroCents, int Minutes) : ChainStep;

    /// <summary>Settle what may be a hold, or already settled, voided or expired.</summary>
    public sealed record Settle(int Key, int Id, long MicroCents) : ChainStep;

    /// <summary>Return a charge or a hold, which may be the other.</summary>
    public sealed record Void(int Key, int Id, bool IsHold) : ChainStep;

    /// <summary>Time passes and the batch ends.</summary>
    public sealed record Wait(int Minutes) : ChainStep;
}
