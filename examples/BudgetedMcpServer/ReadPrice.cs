using AgentKey.Money;

namespace BudgetedMcpServer;

/// <summary>0.2 cents per 1,000 characters, which are known only when the document has been read: a dollar is held until then.</summary>
public static class ReadPrice
{
    private const long CharactersPerUnit = 1000;

    private static readonly Cost PerUnit = Cost.FromCents(0.2m);

    public static Cost Price() => Cost.FromDollars(1);

    public static Cost Settle(string result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return Cost.FromMicroCents(((result.Length * PerUnit.MicroCents) + CharactersPerUnit - 1) / CharactersPerUnit);
    }
}
