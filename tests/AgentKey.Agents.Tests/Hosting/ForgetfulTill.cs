using AgentKey.Agents.Tills;
using AgentKey.Charging;
using AgentKey.Money;

namespace AgentKey.Agents.Tests.Hosting;

/// <summary>A till whose first settlement is made, and whose answer to it never arrives.</summary>
internal sealed class ForgetfulTill(ITill till) : PassingTill(till)
{
    private int _settlements;

    /// <summary>How many settlements it has answered, or failed to.</summary>
    public int Settlements => Volatile.Read(ref _settlements);

    public override async Task<SettleResult> SettleAsync(HoldReceipt hold, Cost actual)
    {
        var settled = await base.SettleAsync(hold, actual);
        return Interlocked.Increment(ref _settlements) > 1 ? settled : throw new IOException("the answer is lost");
    }
}
