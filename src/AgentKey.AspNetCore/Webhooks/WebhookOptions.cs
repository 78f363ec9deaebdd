namespace AgentKey.AspNetCore.Webhooks;

/// <summary>Where events go, and how. Read at start-up.</summary>
public sealed class WebhookOptions
{
    // What timers, requests and the instants of a table can hold is not much more than the first two and the last.
    private static readonly TimeSpan LongestPollInterval = TimeSpan.FromDays(1);
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromHours(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(36_500);

    /// <summary>The receiver: an absolute address; https, except on this machine.</summary>
    public Uri? Url { get; set; }

    /// <summary>
    /// The signing secrets, as Standard Webhooks writes them: <c>whsec_</c> and the base64 of 24 to 64 random bytes. With
    /// several, each request carries a signature of each, so that a receiver can change over from one to the next.
    /// </summary>
    public IList<string> Secrets { get; } = [];

    /// <summary>How long to wait when nothing is due, before looking again: up to a day.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long the receiver may take to answer: up to an hour.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long before its expiry a key is told of: up to 36,500 days; zero for never.</summary>
    public TimeSpan ExpiryNotice { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How long delivered events are remembered, so that none is told twice: longer than the longest budget period, up to 36,500 days.</summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(400);

    internal void Validate()
    {
        if (Url is not { IsAbsoluteUri: true } url || !(url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback)))
        {
            throw new InvalidFieldException(nameof(Url), "is no address to send events to", "an absolute https address, or http on this machine");
        }

        if (Secrets.Count == 0)
        {
            throw new InvalidFieldException(nameof(Secrets), "is empty", WebhookSigner.SecretForm);
        }

        RequirePositive(PollInterval, nameof(PollInterval), LongestPollInterval);
        RequirePositive(Timeout, nameof(Timeout), LongestTimeout);
        RequirePositive(Retention, nameof(Retention), Longest);
        if (ExpiryNotice < TimeSpan.Zero || ExpiryNotice > Longest)
        {
            throw new InvalidFieldException(nameof(ExpiryNotice), "is out of range", "zero, or a duration of up to 36500 days, e.g. 7.00:00:00");
        }
    }

    private static void RequirePositive(TimeSpan duration, string field, TimeSpan longest)
    {
        if (duration <= TimeSpan.Zero || duration > longest)
        {
            throw new InvalidFieldException(field, "is out of range", $"a positive duration of up to {longest}, e.g. 00:00:10");
        }
    }
}
