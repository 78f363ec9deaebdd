using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;

namespace AgentKey.Agents.Mcp;

/// <summary>Settings of <see cref="AgentKeysMcpServerBuilderExtensions.WithAgentKeys"/>. Read at the first call.</summary>
public sealed class AgentKeysMcpOptions
{
    /// <summary>The fewest bytes of <see cref="StateKey"/>.</summary>
    public const int ShortestStateKey = 32;

    /// <summary>
    /// The environment variable that holds the secret of a server which talks over standard input and output. A request
    /// over HTTP is never paid for with it.
    /// </summary>
    public string EnvironmentVariable { get; set; } = AgentSecret.EnvironmentVariable;

    /// <summary>
    /// Signs the state of a call that needs several rounds (HMAC-SHA256), which the client carries from one to the next.
    /// <see langword="null"/> makes one at start: enough for one process, while several behind one address have to share
    /// a key. A new key ends the rounds that are under way.
    /// </summary>
    /// <exception cref="InvalidFieldException">It has less than <see cref="ShortestStateKey"/> bytes.</exception>
    public ReadOnlyMemory<byte>? StateKey
    {
        get;
        set => field = value is { Length: < ShortestStateKey } key
            ? throw new InvalidFieldException("stateKey", $"has {key.Length} bytes", $"at least {ShortestStateKey} random bytes")
            : value;
    }

    /// <summary>How long a client may take from one round of a call to the next; 15 minutes unless it is set.</summary>
    /// <exception cref="InvalidFieldException">It is not positive, or longer than 7 days.</exception>
    public TimeSpan StateLifetime
    {
        get;
        set => field = value > TimeSpan.Zero && value <= TimeSpan.FromDays(7)
            ? value
            : throw new InvalidFieldException("stateLifetime", "is out of range", "a positive duration of at most 7 days, e.g. 00:15:00");
    } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// Above this price a call runs only after the client's human agreed (elicitation). <see langword="null"/> never asks.
    /// The price is that of the very call, also where a rule makes it or an argument is left out.
    /// </summary>
    public Cost? AskAbove { get; set; }

    /// <summary>What becomes of a call that should be asked about when the client cannot ask anybody.</summary>
    public UnaskedOutcome WhenNobodyCanBeAsked { get; set; } = UnaskedOutcome.Run;

    /// <summary>
    /// Told of every refused call before its answer is written, in the flow of its request: where a host that speaks HTTP
    /// can answer a missing scope with a status of its own. It changes nothing of the refusal; when it throws, the call fails.
    /// </summary>
    public Action<Denial>? OnRefused { get; set; }
}
