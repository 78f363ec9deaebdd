using AgentKey.Simulation.Processes;
using AgentKey.Simulation.Stores;
using AgentKey.Storage;

namespace AgentKey.Simulation.Auditing;

/// <summary>Compares what everybody was told with what the tables hold: everything acknowledged is there exactly once, and nothing else.</summary>
internal static class JournalAudit
{
    public static void Require(Journal journal, Tables tables)
    {
        foreach (var ask in journal.Asks.Where(ask => !ask.IsAnonymous))
        {
            Require(ask.Replies.Count > 0, ask, "has no answer");
            RequireBooked(ask, tables);
        }

        RequireAsked(journal, tables);
        foreach (var key in journal.Keys)
        {
            RequireKey(key, tables);
        }
    }

    /// <summary>Nothing was spent that nobody asked for, and a charge without an id once for each that was asked for.</summary>
    private static void RequireAsked(Journal journal, Tables tables)
    {
        var asked = journal.Asks.Where(ask => !ask.IsAnonymous).Select(ask => new OperationRef(ask.Key.Id, ask.OperationId)).ToHashSet();
        var unnamed = tables.Ledger.Where(entry => entry.Kind is LedgerEntryKind.Charge or LedgerEntryKind.Hold)
            .Where(entry => !asked.Contains(new OperationRef(entry.KeyId, entry.OperationId!)))
            .ToLookup(entry => (entry.KeyId, entry.AmountMicroCents), entry => entry.OperationId);
        var anonymous = journal.Asks.Where(ask => ask.IsAnonymous).ToLookup(ask => (ask.Key.Id, ask.MicroCents));
        foreach (var group in anonymous)
        {
            foreach (var ask in group.Where(ask => ask.Replies.Any(reply => reply.Word == Reply.Allowed)))
            {
                Require(unnamed[group.Key].Count(id => id == ask.Replies[0].OperationId) == 1, ask, "was allowed, and the ledger does not have it so");
                Require(!ask.Replies[0].IsReplay, ask, "was made once, and is called a repetition");
            }
        }

        foreach (var group in unnamed)
        {
            var most = anonymous[group.Key].Count(ask => ask.Replies.Count == 0 || ask.Replies[0].Word is Reply.Allowed or Reply.Unknown);
            if (group.Count() > most)
            {
                throw new InvariantException($"Key {group.Key.KeyId} paid {group.Key.AmountMicroCents} {group.Count()} times, and was asked {most} times.");
            }
        }
    }

    private static void RequireBooked(Ask ask, Tables tables)
    {
        var entry = tables.FindOperation(new OperationRef(ask.Key.Id, ask.OperationId));
        switch (ask.Kind)
        {
            case AskKind.Charge or AskKind.Hold:
                RequireSpent(ask, entry, tables);
                break;
            case AskKind.Settle:
                RequireSettled(ask, entry, tables);
                break;
            case AskKind.Void:
                RequireVoided(ask, tables);
                break;
        }
    }

    private static void RequireSpent(Ask ask, LedgerEntry? entry, Tables tables)
    {
        var kind = ask.Kind == AskKind.Charge ? LedgerEntryKind.Charge : LedgerEntryKind.Hold;
        Reply[] allowed = [.. ask.Replies.Where(reply => reply.Word == Reply.Allowed)];
        if (allowed.Length > 0)
        {
            Require(entry is not null && entry.Kind == kind && entry.AmountMicroCents == ask.MicroCents, ask, "was allowed, and the ledger does not have it so");
            Require(allowed.All(reply => reply.Remaining == allowed[0].Remaining), ask, "was answered in two ways");
            Require(allowed.Count(reply => !reply.IsReplay) <= 1, ask, "was made twice");
        }
        else if (!ask.IsAmbiguous && ask.Replies.All(reply => reply.Word is "budget_exhausted" or "insufficient_scope" or "invalid_key" or Reply.GivenUp))
        {
            Require(entry is null, ask, $"was told {ask.Replies[0].Word}, and was charged");
        }

        foreach (var reply in allowed.Where(reply => !reply.IsReplay && reply.Secret is not null))
        {
            Require(
                !tables.SecretEnds.TryGetValue(reply.Secret!.Hash.Hex, out var end) || entry!.At < end, ask, $"was paid by a secret that had ended at {end:O}");
        }
    }

    private static void RequireSettled(Ask ask, LedgerEntry? entry, Tables tables)
    {
        string[] words = [.. ask.Replies.Select(reply => reply.Word).Where(word => word != Reply.GivenUp).Distinct()];
        var isSettled = words.Contains("Settled") || words.Contains("SettledLate");
        if (isSettled)
        {
            var hold = tables.FindOperation(new OperationRef(ask.Key.Id, ask.Origin!.OperationId));
            var expected = words.Contains("SettledLate") ? ask.MicroCents : ask.MicroCents - hold!.AmountMicroCents;
            Require(entry is { Kind: LedgerEntryKind.Settle or LedgerEntryKind.LateSettle } && entry.AmountMicroCents == expected, ask, "was settled, and the ledger does not have it so");
            Require(words.Length == 1, ask, $"was answered {string.Join(" and ", words)}");
        }
        else if (!ask.IsAmbiguous)
        {
            Require(entry is null, ask, $"was told {string.Join(" and ", words)}, and was settled");
        }
    }

    private static void RequireVoided(Ask ask, Tables tables)
    {
        if (ask.Replies.Any(reply => reply.Word is "Voided" or "AlreadyVoided"))
        {
            var end = tables.FindResolution(new OperationRef(ask.Key.Id, ask.Origin!.OperationId));
            Require(end is { Kind: LedgerEntryKind.Void }, ask, "was told to be returned, and the ledger does not have it so");
        }
    }

    private static void RequireKey(KnownKey key, Tables tables)
    {
        var row = tables.Find(key.Id)?.Key ?? throw new InvariantException($"Key {key.Id} was made, and is not there.");
        if (key.IsRevoked && row.RevokedAt is null)
        {
            throw new InvariantException($"Key {key.Id} was revoked, and lives.");
        }

        if (key.Subject is { } subject && tables.Keys.Count(other => other.Key.ExternalSubject == subject) != 1)
        {
            throw new InvariantException($"The subject {subject} has several keys.");
        }
    }

    private static void Require(bool holds, Ask ask, string problem)
    {
        if (!holds)
        {
            throw new InvariantException($"{ask} {problem}. It was told {string.Join(", ", ask.Replies)}");
        }
    }
}
