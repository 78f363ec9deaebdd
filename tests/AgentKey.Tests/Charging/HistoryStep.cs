namespace AgentKey.Tests.Charging;

/// <summary>One step of a random history of one key.</summary>
public abstract record HistoryStep
{
    /// <summary>Charge an amount under an operation id that may have been used before.</summary>
    public sealed record Charge(int Id, long MicroCents) : HistoryStep;

    /// <summary>Return the charge with an operation id that may never have been charged.</summary>
    public sealed record Void(int Id) : HistoryStep;

    /// <summary>The TypeScript library's guarded UPDATE of the whole-cent column.</summary>
    public sealed record External(int Cents) : HistoryStep;

    /// <summary>Time passes and the batch ends.</summary>
    public sealed record Wait(int Minutes) : HistoryStep;
}
