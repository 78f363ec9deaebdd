using Microsoft.AspNetCore.Http;

namespace AgentKey.AspNetCore;

/// <summary>How endpoints that need a scope answer. Change it with <c>services.Configure&lt;AgentKeyHttpOptions&gt;(…)</c>.</summary>
public sealed class AgentKeyHttpOptions
{
    /// <summary>
    /// The status of a call that a budget refuses: 402 (the default), 403 or 429. Choose 429 knowingly: common clients,
    /// .NET's standard resilience handler among them, take it for a reason to try again.
    /// </summary>
    /// <exception cref="InvalidFieldException">It is another status.</exception>
    public int BudgetExhaustedStatus
    {
        get;
        set => field = value is StatusCodes.Status402PaymentRequired or StatusCodes.Status403Forbidden or StatusCodes.Status429TooManyRequests
            ? value
            : throw new InvalidFieldException(nameof(BudgetExhaustedStatus), "is none of the possible ones", "402, 403 or 429");
    } = StatusCodes.Status402PaymentRequired;

    /// <summary>Whether paid calls carry the <c>RateLimit</c> headers that say what is left. The default is yes.</summary>
    public bool SendRateLimitHeaders { get; set; } = true;

    /// <summary>
    /// How long the answer to a call with an <c>Idempotency-Key</c> is kept for its repetitions, in the application's
    /// <c>IDistributedCache</c> or, without one, in this process. The default is a day.
    /// </summary>
    public TimeSpan KeepAnswersFor { get; set; } = TimeSpan.FromDays(1);

    /// <summary>The largest answer that is kept, in bytes of its body. The default is 256 KiB.</summary>
    public int KeepAnswersUpTo { get; set; } = 256 * 1024;
}
