using System.Globalization;
using AgentKey.Agents;
using AgentKey.Charging;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace AgentKey.AspNetCore.Endpoints;

/// <summary>A refusal of the guard as HTTP: status, headers and an RFC 9457 problem.</summary>
internal static class DenialResponse
{
    private const string QuotaExceeded = "https://iana.org/assignments/http-problem-types#quota-exceeded";

    public static Task WriteAsync(HttpContext context, Denial denial) => denial.Reason switch
    {
        // One and the same answer for whatever is wrong with a key, from wherever it comes.
        DenialCode.InvalidKey or DenialCode.NoCaller => context.ChallengeAsync(CallerIdentity.Scheme),
        DenialCode.StoreUnavailable => RefusalResponse.WriteUnavailableAsync(context),
        DenialCode.InsufficientScope => WriteScopeAsync(context, denial),
        DenialCode.BudgetExhausted => WriteBudgetAsync(context, denial),
        DenialCode.IdempotencyMismatch or DenialCode.DuplicateCall => WriteAsync(context, denial, StatusCodes.Status409Conflict, "Conflict"),
        DenialCode.InvalidArgument => WriteAsync(context, denial, StatusCodes.Status400BadRequest, "Bad request"),
        _ => WriteAsync(context, denial, StatusCodes.Status500InternalServerError, "Unguarded tool"),
    };

    private static Task WriteScopeAsync(HttpContext context, Denial denial)
    {
        AskForScope(context, denial);
        return WriteAsync(context, denial, StatusCodes.Status403Forbidden, "Insufficient scope");
    }

    /// <summary>Names the one scope that is missing, and none that the key has (RFC 6750 §3.1).</summary>
    public static void AskForScope(HttpContext context, Denial denial)
    {
        var realm = context.RequestServices.GetRequiredService<IOptionsMonitor<AgentKeyAuthenticationOptions>>().Get(CallerIdentity.Scheme).Realm;
        context.Response.Headers.Append(
            HeaderNames.WWWAuthenticate, $"Bearer realm=\"{realm}\", error=\"insufficient_scope\", scope=\"{denial.RequiredScope}\"");
    }

    private static Task WriteBudgetAsync(HttpContext context, Denial denial)
    {
        if (denial.ResetsAt is { } resetsAt)
        {
            context.Response.Headers.RetryAfter = SecondsUntil(context, resetsAt).ToString(CultureInfo.InvariantCulture);
        }

        var status = context.RequestServices.GetRequiredService<IOptions<AgentKeyHttpOptions>>().Value.BudgetExhaustedStatus;
        return WriteAsync(context, denial, status, "Budget exhausted", QuotaExceeded);
    }

    private static Task WriteAsync(HttpContext context, Denial denial, int status, string title, string? type = null)
    {
        var problem = new ProblemDetails { Status = status, Title = title, Type = type, Detail = denial.Message };
        foreach (var fact in DenialContent.Of(denial).ToJson().EnumerateObject())
        {
            problem.Extensions[fact.Name] = fact.Value;
        }

        if (type is not null)
        {
            problem.Extensions["violated-policies"] = new[] { BudgetHeaders.Policy };
        }

        return RefusalResponse.WriteAsync(context, problem, denial.Code);
    }

    /// <summary>A hint for the caller, so this process's clock is good enough; never early by its own fault.</summary>
    public static long SecondsUntil(HttpContext context, DateTimeOffset instant)
    {
        var clock = context.RequestServices.GetService<TimeProvider>() ?? TimeProvider.System;
        var wait = instant - clock.GetUtcNow();
        return Math.Max(1, (wait.Ticks + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond);
    }
}
