using AgentKey.Money;
using AgentKey.Scopes;

namespace AgentKey.Charging;

/// <summary>One call that wants to be paid for. Immutable and validated: nothing malformed can be asked.</summary>
public sealed record ChargeRequest
{
    /// <summary>The most characters in an operation id.</summary>
    public const int MaxOperationIdLength = 128;

    private const int MaxTextLength = 256;

    /// <summary>Creates a request.</summary>
    /// <param name="scope">The concrete scope that the key must hold.</param>
    /// <param name="cost">What the call costs. Zero checks the key and the scope and spends nothing.</param>
    /// <exception cref="InvalidFieldException">The scope is malformed.</exception>
    public ChargeRequest(string scope, Cost cost)
    {
        Scope = Scopes.Scope.Require(scope);
        Cost = cost;
    }

    private ChargeRequest(Cost cost) => Cost = cost;

    /// <summary>
    /// A charge that checks no scope: what the TypeScript library's <c>trackUsage</c> does, for code that is ported from
    /// it. Unlike there the key has to be alive. Prefer a scope and a charge before the work.
    /// </summary>
    /// <param name="cost">What was used.</param>
    public static ChargeRequest ForUsage(Cost cost) => new(cost);

    /// <summary>The concrete scope that the key must hold; <see langword="null"/> when none is checked.</summary>
    public string? Scope { get; }

    /// <summary>What the call costs; of a hold, the most that it may cost.</summary>
    public Cost Cost { get; }

    /// <summary>The tool, as the ledger shall name it; 1 to 256 printable characters.</summary>
    /// <exception cref="InvalidFieldException">The text is empty, too long or not printable.</exception>
    public string? Tool
    {
        get;
        init => field = TextField.Optional(value, "tool", MaxTextLength);
    }

    /// <summary>The W3C trace id of the call, for the ledger.</summary>
    /// <exception cref="InvalidFieldException">The text is empty, too long or not printable.</exception>
    public string? TraceId
    {
        get;
        init => field = TextField.Optional(value, "traceId", MaxTextLength);
    }

    /// <summary>
    /// An id that makes a retry safe: within one key the same id is charged at most once, and the same id with another
    /// scope, cost or tool is refused. <see langword="null"/> lets the library make a new one.
    /// </summary>
    /// <exception cref="InvalidFieldException">The text is empty, too long or not printable.</exception>
    public string? OperationId
    {
        get;
        init => field = TextField.Optional(value, "operationId", MaxOperationIdLength);
    }
}
