using AgentKey.Agents;
using AgentKey.AspNetCore.RateLimits;
using AgentKey.Money;
using Microsoft.AspNetCore.Http;

namespace AgentKey.AspNetCore.Endpoints;

/// <summary>What an endpoint needs and costs, read from its metadata once. Immutable.</summary>
/// <param name="Tool">The policy that the guard charges by.</param>
/// <param name="PriceOf">The price of a request; null when it is always the same.</param>
/// <param name="Limits">How often a key may call; null for any number of times.</param>
internal sealed record EndpointPolicy(ToolPolicy Tool, Func<HttpContext, ValueTask<Cost>>? PriceOf, KeyRateLimit? Limits)
{
    /// <summary>The policy; null for an endpoint that says nothing of scopes and prices.</summary>
    /// <exception cref="InvalidOperationException">What it says cannot be enforced.</exception>
    public static EndpointPolicy? Find(string endpoint, IEnumerable<object> metadata)
    {
        var known = metadata.Where(item => item is AgentScopeAttribute or CostAttribute or EndpointPrice or KeyRateLimit).ToList();
        if (known.Count == 0)
        {
            return null;
        }

        var scopes = known.OfType<AgentScopeAttribute>().Select(scope => scope.Scope).Distinct(StringComparer.Ordinal).ToList();
        if (scopes.Count != 1)
        {
            // Several would mean all of them, and a charge asks for one: better none runs than one with half its rules.
            throw new InvalidOperationException(
                $"The endpoint \"{endpoint}\" needs exactly one scope for its price and limits, and has {scopes.Count}: {string.Join(", ", scopes)}.");
        }

        var limits = known.OfType<KeyRateLimit>().Aggregate((KeyRateLimit?)null, (all, one) => one.Over(all));
        return known.FindLast(item => item is CostAttribute or EndpointPrice) is EndpointPrice price
            ? new EndpointPolicy(PolicyOf(endpoint, scopes[0], price), price.Of, limits)
            : new EndpointPolicy(PolicyOf(endpoint, known), null, limits);
    }

    private static ToolPolicy PolicyOf(string endpoint, string scope, EndpointPrice price) =>
        new(endpoint, scope, price.Price) { OnFailure = price.OnFailure, OnCancellation = price.OnCancellation };

    private static ToolPolicy PolicyOf(string endpoint, IEnumerable<object> attributes)
    {
        var policy = ToolPolicy.Find(endpoint, attributes)!;
        return policy.Price.IsKnown
            ? policy
            : throw new InvalidOperationException(
                $"The price of \"{endpoint}\" ({policy.Price}) depends on arguments, which only a method has; give an endpoint WithCost(context => …).");
    }
}
