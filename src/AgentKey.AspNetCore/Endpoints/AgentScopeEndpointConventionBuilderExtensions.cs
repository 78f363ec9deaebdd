using AgentKey.Agents;
using AgentKey.AspNetCore.Endpoints;
using AgentKey.AspNetCore.RateLimits;
using AgentKey.Money;
using AgentKey.Scopes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace AgentKey.AspNetCore;

/// <summary>Gives endpoints a scope, a price and limits. Needs <c>AddAuthentication().AddAgentKeys()</c>.</summary>
/// <remarks>
/// The key is checked and charged inside the endpoint, after authorization and before the handler: there is no middleware
/// that could be forgotten. An exception or a status of 500 and above gives the money back, unless the price says keep;
/// a client that goes away has paid. What could not be enforced stops the start: a scope or a price on a route that only
/// finds a page or a controller, a price on a hub, anything of this without the registration.
/// </remarks>
public static class AgentScopeEndpointConventionBuilderExtensions
{
    /// <summary>Only keys with the scope may call. Without a price the call is free.</summary>
    /// <param name="builder">The endpoint, or a group of them.</param>
    /// <param name="scope">A concrete scope, e.g. <c>proxy.chat</c>. An endpoint has one.</param>
    /// <exception cref="InvalidFieldException">The scope is malformed.</exception>
    public static TBuilder RequireAgentScope<TBuilder>(this TBuilder builder, string scope)
        where TBuilder : IEndpointConventionBuilder
    {
        var attribute = new AgentScopeAttribute(Scope.Require(scope));
        builder.Add(endpoint => endpoint.Metadata.Add(GateInstallation.KeysOnly));
        return Tag(builder, attribute);
    }

    /// <summary>A call costs this much, charged before the handler runs.</summary>
    /// <param name="builder">The endpoint, or a group of them.</param>
    /// <param name="cents">Cents, exact to 6 decimals.</param>
    /// <param name="onFailure">What happens to the money when the handler throws or answers with 500 or above.</param>
    /// <param name="onCancellation">What happens to the money when the client goes away.</param>
    /// <exception cref="InvalidFieldException">The price is negative, too precise or too large.</exception>
    public static TBuilder WithCost<TBuilder>(
        this TBuilder builder, decimal cents, FailureOutcome onFailure = FailureOutcome.Refund, FailureOutcome onCancellation = FailureOutcome.Keep)
        where TBuilder : IEndpointConventionBuilder =>
        Tag(builder, new EndpointPrice(ToolPrice.Fixed(Cost.FromCents(cents)), null, onFailure, onCancellation));

    /// <summary>A call costs what the request says, charged before the handler runs.</summary>
    /// <param name="builder">The endpoint, or a group of them.</param>
    /// <param name="price">The price of a request. An <see cref="InvalidFieldException"/> is answered with 400.</param>
    /// <param name="onFailure">What happens to the money when the handler throws or answers with 500 or above.</param>
    /// <param name="onCancellation">What happens to the money when the client goes away.</param>
    public static TBuilder WithCost<TBuilder>(
        this TBuilder builder,
        Func<HttpContext, ValueTask<Cost>> price,
        FailureOutcome onFailure = FailureOutcome.Refund,
        FailureOutcome onCancellation = FailureOutcome.Keep)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(price);
        return Tag(builder, new EndpointPrice(ToolPrice.ByRule("request"), price, onFailure, onCancellation));
    }

    /// <inheritdoc cref="WithCost{TBuilder}(TBuilder, Func{HttpContext, ValueTask{Cost}}, FailureOutcome, FailureOutcome)"/>
    public static TBuilder WithCost<TBuilder>(
        this TBuilder builder,
        Func<HttpContext, Cost> price,
        FailureOutcome onFailure = FailureOutcome.Refund,
        FailureOutcome onCancellation = FailureOutcome.Keep)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(price);
        return builder.WithCost(context => ValueTask.FromResult(price(context)), onFailure, onCancellation);
    }

    /// <summary>
    /// A call costs at most this much. It is held before the handler runs; when the response is complete, what the handler
    /// reported with <see cref="ToolCall.ReportCost"/> on <see cref="ToolCall.Current"/> is spent, or everything if it
    /// reported nothing.
    /// </summary>
    /// <param name="builder">The endpoint, or a group of them.</param>
    /// <param name="cents">Cents, exact to 6 decimals.</param>
    /// <param name="onFailure">What happens to the money when the handler throws or answers with 500 or above.</param>
    /// <param name="onCancellation">What happens to the money when the client goes away: kept, it is settled at what was reported.</param>
    /// <exception cref="InvalidFieldException">The price is negative, too precise or too large.</exception>
    public static TBuilder WithCostUpTo<TBuilder>(
        this TBuilder builder, decimal cents, FailureOutcome onFailure = FailureOutcome.Refund, FailureOutcome onCancellation = FailureOutcome.Keep)
        where TBuilder : IEndpointConventionBuilder =>
        Tag(builder, new EndpointPrice(ToolPrice.UpTo(Cost.FromCents(cents)), null, onFailure, onCancellation));

    /// <summary>As <see cref="WithCostUpTo{TBuilder}(TBuilder, decimal, FailureOutcome, FailureOutcome)"/>, with the most that this request may cost.</summary>
    /// <param name="builder">The endpoint, or a group of them.</param>
    /// <param name="most">The most that a request may cost. An <see cref="InvalidFieldException"/> is answered with 400.</param>
    /// <param name="onFailure">What happens to the money when the handler throws or answers with 500 or above.</param>
    /// <param name="onCancellation">What happens to the money when the client goes away: kept, it is settled at what was reported.</param>
    public static TBuilder WithCostUpTo<TBuilder>(
        this TBuilder builder,
        Func<HttpContext, ValueTask<Cost>> most,
        FailureOutcome onFailure = FailureOutcome.Refund,
        FailureOutcome onCancellation = FailureOutcome.Keep)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(most);
        return Tag(builder, new EndpointPrice(ToolPrice.UpTo(Cost.Zero), most, onFailure, onCancellation));
    }

    /// <summary>A key may call so often in any window of this length. Counted in this process, before anything is charged.</summary>
    /// <param name="builder">The endpoint, or a group of them; each endpoint counts for itself.</param>
    /// <param name="permits">The most calls of one key, at least 1.</param>
    /// <param name="window">The length of the window.</param>
    /// <exception cref="InvalidFieldException">A limit is not positive.</exception>
    public static TBuilder WithRateLimit<TBuilder>(this TBuilder builder, int permits, TimeSpan window)
        where TBuilder : IEndpointConventionBuilder => Tag(builder, KeyRateLimit.OfWindow(permits, window));

    /// <summary>A key may have so many calls under way at once. Counted in this process, before anything is charged.</summary>
    /// <param name="builder">The endpoint, or a group of them; each endpoint counts for itself.</param>
    /// <param name="calls">The most calls of one key, at least 1.</param>
    /// <exception cref="InvalidFieldException">The limit is not positive.</exception>
    public static TBuilder WithConcurrencyLimit<TBuilder>(this TBuilder builder, int calls)
        where TBuilder : IEndpointConventionBuilder => Tag(builder, KeyRateLimit.OfConcurrency(calls));

    private static TBuilder Tag<TBuilder>(TBuilder builder, object metadata)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Add(endpoint => endpoint.Metadata.Add(metadata));

        try
        {
            // At the end, when all that is said of the endpoint has been said.
            builder.Finally(GateInstallation.Install);
        }
        catch (NotImplementedException)
        {
            // Builders from before .NET 7, as YARP's, know no end: routing puts the gate in when it selects the endpoint.
            builder.Add(GateInstallation.LeaveToRouting);
        }

        return builder;
    }
}
