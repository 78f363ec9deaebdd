using AgentKey.Agents;
using AgentKey.Money;
using Microsoft.AspNetCore.Http;

namespace AgentKey.AspNetCore.Endpoints;

/// <summary>What <c>WithCost</c> said of an endpoint.</summary>
/// <param name="Price">The price, as far as it is known without a request.</param>
/// <param name="Of">The price of a request; null when it is always the same.</param>
/// <param name="OnFailure">What happens to the money when the work fails.</param>
/// <param name="OnCancellation">What happens to it when the client goes away.</param>
internal sealed record EndpointPrice(
    ToolPrice Price, Func<HttpContext, ValueTask<Cost>>? Of, FailureOutcome OnFailure, FailureOutcome OnCancellation);
