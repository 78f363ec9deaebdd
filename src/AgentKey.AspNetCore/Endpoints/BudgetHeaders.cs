using System.Globalization;
using AgentKey.Keys;
using AgentKey.Money;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AgentKey.AspNetCore.Endpoints;

/// <summary>Tells who paid what is left, in the headers of draft-ietf-httpapi-ratelimit-headers: whole cents, rounded down.</summary>
internal static class BudgetHeaders
{
    /// <summary>The name of the policy that a budget is.</summary>
    public const string Policy = "budget";

    private const string Unit = "agentkey-unit=\"cent\"";

    public static void Write(HttpContext context, KeyInfo key, Cost? remaining)
    {
        // It is paid by now: a response that began before the endpoint must not stop the work.
        if (remaining is not { } left || context.Response.HasStarted || !context.RequestServices.GetRequiredService<IOptions<AgentKeyHttpOptions>>().Value.SendRateLimitHeaders)
        {
            return;
        }

        // A key without a cap of its own is still held by the keys above it, whose caps are none of its business.
        if (key.Budget is { } budget)
        {
            Append(context, "RateLimit-Policy", $"\"{Policy}\";q={Cents(budget.Cap)};{Unit}");
        }

        var reset = key.ResetsAt is { } at ? string.Create(CultureInfo.InvariantCulture, $";t={DenialResponse.SecondsUntil(context, at)}") : "";
        Append(context, "RateLimit", $"\"{Policy}\";r={Cents(left)}{reset};{Unit}");
    }

    public static void Append(HttpContext context, string header, string item) => context.Response.Headers.AppendCommaSeparatedValues(header, item);

    private static string Cents(Cost amount) => (amount.MicroCents / Cost.MicroCentsPerCent).ToString(CultureInfo.InvariantCulture);
}
