namespace AgentKey.Benchmarks;

/// <summary>One way to charge keys.</summary>
internal interface ITarget : IAsyncDisposable
{
    string Name { get; }

    /// <summary>Charges 1 cent to one of the keys. Returns whether it was admitted.</summary>
    Task<bool> ChargeAsync(int key);

    /// <summary>What all keys together have spent, in cents, as the database says.</summary>
    Task<long> ReadSpentCentsAsync();
}
