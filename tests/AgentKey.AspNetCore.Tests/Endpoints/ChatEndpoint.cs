using System.Net;
using AgentKey.Money;
using AgentKey.Storage;

namespace AgentKey.AspNetCore.Tests.Endpoints;

/// <summary>What every endpoint that answers <c>chat</c> for 15 cents does, whatever kind it is and however it is found.</summary>
internal static class ChatEndpoint
{
    /// <summary>Whether it answers who can pay, once, and nobody else.</summary>
    /// <returns>What the ledger says of the call.</returns>
    public static async Task<LedgerEntry> IsPaidOnceAsync(this KeyedApplication application, string path)
    {
        var key = await KeyFolder.MintAsync(application.Keys, 20, "proxy.chat");
        var stranger = await KeyFolder.MintAsync(application.Keys, 20, "docs.read");

        using var first = await application.SendAsync(HttpMethod.Get, path, key);
        using var second = await application.SendAsync(HttpMethod.Get, path, key);
        using var forbidden = await application.SendAsync(HttpMethod.Get, path, stranger);
        using var nobody = await application.SendAsync(HttpMethod.Get, path, key: null);

        Assert.Equal("chat", await first.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        await second.IsProblemAsync(HttpStatusCode.PaymentRequired, "budget_exhausted");
        await forbidden.IsProblemAsync(HttpStatusCode.Forbidden, "insufficient_scope");
        await nobody.IsProblemAsync(HttpStatusCode.Unauthorized, "invalid_key");
        var entry = Assert.Single(await application.Keys.ReadLedgerAsync(key.Key.Id).ToListAsync(TestContext.Current.CancellationToken));
        Assert.Equal(Cost.FromCents(15), entry.Amount);
        return entry;
    }
}
