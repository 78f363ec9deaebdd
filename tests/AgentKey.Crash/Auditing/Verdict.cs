using System.Globalization;

namespace AgentKey.Crash.Auditing;

/// <summary>What the audit counted. Everything but the first line has to be 0.</summary>
public sealed record Verdict(
    int Asked, int Acknowledged, long Overspend, long DoubleCharges, long AcknowledgedButMissing, long RefusedButCharged, long Unasked, int DoNotAddUp)
{
    public bool IsClean => Acknowledged > 0 && (Overspend, DoubleCharges, AcknowledgedButMissing, RefusedButCharged, Unasked, DoNotAddUp) == (0, 0, 0, 0, 0, 0);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"""
        {Asked:N0} operations asked, {Acknowledged:N0} acknowledged
        overspend                 {Overspend}
        double charges            {DoubleCharges}
        acknowledged but missing  {AcknowledgedButMissing}
        refused but charged       {RefusedButCharged}
        charged but never asked   {Unasked}
        budgets that do not add up {DoNotAddUp}

        """);
}
