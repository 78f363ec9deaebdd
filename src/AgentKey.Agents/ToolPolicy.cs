using AgentKey.Charging;
using AgentKey.Money;

namespace AgentKey.Agents;

/// <summary>What a tool needs and costs. One instance per tool, immutable, shared by all calls.</summary>
public sealed class ToolPolicy
{
    /// <summary>How long money is held when nothing else is said.</summary>
    public static readonly TimeSpan DefaultHoldTimeToLive = TimeSpan.FromMinutes(5);

    private readonly ChargeRequest? _request;

    /// <summary>Creates the policy of a tool with a fixed price.</summary>
    /// <param name="tool">The tool as the ledger names it, e.g. <c>ProxyTools.ChatAsync</c>.</param>
    /// <param name="scope">The concrete scope that a key must hold.</param>
    /// <param name="cost">What one call costs.</param>
    /// <exception cref="InvalidFieldException">The tool's name or the scope is malformed.</exception>
    public ToolPolicy(string tool, string scope, Cost cost)
        : this(tool, scope, ToolPrice.Fixed(cost))
    {
    }

    /// <summary>Creates a policy.</summary>
    /// <param name="tool">The tool as the ledger names it, e.g. <c>ProxyTools.ChatAsync</c>.</param>
    /// <param name="scope">The concrete scope that a key must hold.</param>
    /// <param name="price">What one call costs.</param>
    /// <exception cref="InvalidFieldException">The tool's name or the scope is malformed.</exception>
    public ToolPolicy(string tool, string scope, ToolPrice price)
        : this(tool, price) => _request = new ChargeRequest(scope, price.Amount) { Tool = tool };

    private ToolPolicy(string tool, ToolPrice price)
    {
        ArgumentNullException.ThrowIfNull(tool);
        ArgumentNullException.ThrowIfNull(price);
        Tool = tool;
        Price = price;
    }

    /// <summary>The tool as the ledger names it.</summary>
    public string Tool { get; }

    /// <summary>The concrete scope that a key must hold; <see langword="null"/> for a public tool.</summary>
    public string? Scope => _request?.Scope;

    /// <summary>What one call costs.</summary>
    public ToolPrice Price { get; }

    /// <summary>Whether anybody may run it, with a key or without one.</summary>
    public bool IsPublic => _request is null;

    /// <summary>What happens to the money when the tool throws, or returns what its protocol calls a failure.</summary>
    public FailureOutcome OnFailure { get; init; } = FailureOutcome.Refund;

    /// <summary>What happens to the money when the call is cancelled after the work began.</summary>
    public FailureOutcome OnCancellation { get; init; } = FailureOutcome.Keep;

    /// <summary>
    /// How long held money outlives the process that holds it: 2 seconds to 7 days. It is prolonged at half of it while
    /// the work runs.
    /// </summary>
    /// <exception cref="InvalidFieldException">It is out of range.</exception>
    public TimeSpan HoldTimeToLive
    {
        get;
        init => field = value >= TimeSpan.FromSeconds(2) && value <= TimeSpan.FromDays(7)
            ? TimeSpan.FromMilliseconds((long)value.TotalMilliseconds)
            : throw new InvalidFieldException("holdTimeToLive", "is out of range", "2 seconds to 7 days, e.g. 00:05:00");
    } = DefaultHoldTimeToLive;

    /// <summary>A tool that is free for anybody.</summary>
    /// <param name="tool">The tool's name.</param>
    public static ToolPolicy Public(string tool) => new(tool, ToolPrice.Free);

    /// <summary>What a tool's attributes say of it.</summary>
    /// <param name="tool">The tool as the ledger names it.</param>
    /// <param name="attributes">The attributes of the tool's method, among others.</param>
    /// <returns><see langword="null"/> when neither <see cref="AgentScopeAttribute"/> nor <see cref="AgentPublicAttribute"/> is there.</returns>
    /// <exception cref="InvalidFieldException">The tool's name, the scope or the price is malformed.</exception>
    public static ToolPolicy? Find(string tool, IEnumerable<object> attributes)
    {
        ArgumentNullException.ThrowIfNull(attributes);
        var known = attributes.Where(attribute => attribute is AgentScopeAttribute or CostAttribute or AgentPublicAttribute).ToList();
        if (known.OfType<AgentScopeAttribute>().LastOrDefault() is not { } scope)
        {
            return known.OfType<AgentPublicAttribute>().Any() ? Public(tool) : null;
        }

        var cost = known.OfType<CostAttribute>().LastOrDefault() ?? new CostAttribute(0);
        return new ToolPolicy(tool, scope.Scope, ToolPrice.Of(cost)) { OnFailure = cost.OnFailure, OnCancellation = cost.OnCancellation };
    }

    /// <summary>What every call costs, or holds.</summary>
    /// <exception cref="InvalidOperationException">That depends on the call, or the tool is public.</exception>
    internal Cost KnownPrice => Price.IsKnown && !IsPublic
        ? Price.Amount
        : throw new InvalidOperationException($"The price of {Tool} is not known without the call: {Price}.");

    /// <summary>Whether a tool under the one needs no guard under the other.</summary>
    internal bool IsSame(ToolPolicy other) =>
        (Tool, Scope, Price, OnFailure, OnCancellation)
        == (other.Tool, other.Scope, other.Price, other.OnFailure, other.OnCancellation);

    /// <summary>The request for a call at a price of its own.</summary>
    internal ChargeRequest RequestAt(Cost price) => price == _request!.Cost ? _request : new ChargeRequest(_request.Scope!, price) { Tool = Tool };
}
