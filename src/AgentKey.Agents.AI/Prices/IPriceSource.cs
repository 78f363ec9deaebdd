namespace AgentKey.Agents.AI.Prices;

/// <summary>Where prices come from. Asked at every model call, so that a change needs no restart.</summary>
public interface IPriceSource
{
    /// <summary>The prices that hold now. Cheap, and safe for use from any number of threads.</summary>
    PriceBook Current { get; }
}
