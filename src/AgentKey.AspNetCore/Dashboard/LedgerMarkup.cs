using AgentKey.Storage;

namespace AgentKey.AspNetCore.Dashboard;

/// <summary>Ledger entries as rows of a table and as lines of the feed.</summary>
internal static class LedgerMarkup
{
    /// <summary>Whether an entry is about a call, and not the same money seen from another budget.</summary>
    public static bool IsOfCall(LedgerEntry entry) => entry.Kind is not (LedgerEntryKind.Posting or LedgerEntryKind.Reset);

    public static Html Table(IReadOnlyList<LedgerEntry> entries, DateTimeOffset now) => Html.Of($"""
        <div class="scroll" tabindex="0" role="region" aria-label="Entries of the ledger">
        <table class="ledger"><thead><tr><th scope="col">When</th><th scope="col">What</th><th scope="col">Tool</th><th scope="col">Scope</th><th scope="col" class="number">Amount</th><th scope="col" class="number">Left after</th><th scope="col">For</th></tr></thead>
        <tbody>{entries.Select(entry => Row(entry, now))}</tbody></table></div>
        """);

    public static Html Line(LedgerEntry entry, DateTimeOffset now) => Html.Of($"""
        <li id="e{entry.Sequence}" class="{Class(entry.Kind)}"><span class="what">{Name(entry.Kind)}</span> <a href="keys/{Uri.EscapeDataString(entry.KeyId)}">Key {entry.KeyId}</a> <span class="tool">{entry.Tool ?? entry.Scope ?? entry.Budget}</span> <span class="number">{SignedAmount.Of(entry.AmountMicroCents)}</span> <span class="when">{Moments.Of(entry.At, now)}</span></li>
        """);

    private static Html Row(LedgerEntry entry, DateTimeOffset now) => Html.Of($"""
        <tr><td>{Moments.Of(entry.At, now)}</td><td><span class="kind {Class(entry.Kind)}">{Name(entry.Kind)}</span> <span class="quiet">{entry.Budget}</span></td><td>{entry.Tool}</td><td>{entry.Scope}</td><td class="number">{SignedAmount.Of(entry.AmountMicroCents)}</td><td class="number">{Left(entry)}</td><td>{entry.OnBehalfOf}</td></tr>
        """);

    // After an overrun less than nothing is left.
    private static string? Left(LedgerEntry entry) => entry.RemainingMicroCents is { } left ? SignedAmount.Of(left) : null;

    private static string Class(LedgerEntryKind kind) => kind switch
    {
        LedgerEntryKind.Void or LedgerEntryKind.Expire => "back",
        LedgerEntryKind.Hold => "hold",
        LedgerEntryKind.Posting or LedgerEntryKind.Reset => "book",
        _ => "charge",
    };

    private static string Name(LedgerEntryKind kind) => kind switch
    {
        LedgerEntryKind.Charge => "Charged",
        LedgerEntryKind.Void => "Returned",
        LedgerEntryKind.Reset => "Reset",
        LedgerEntryKind.External => "Charged elsewhere",
        LedgerEntryKind.Hold => "Held",
        LedgerEntryKind.Settle => "Settled",
        LedgerEntryKind.LateSettle => "Settled late",
        LedgerEntryKind.Expire => "Hold expired",
        LedgerEntryKind.Posting => "Posted",
        _ => kind.ToString(),
    };
}
