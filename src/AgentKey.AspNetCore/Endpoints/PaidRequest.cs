using AgentKey.Agents;
using AgentKey.AspNetCore.Grpc;
using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;

namespace AgentKey.AspNetCore.Endpoints;

/// <summary>One request as the guard sees it: its price, and the id that makes a retry safe.</summary>
internal sealed class PaidRequest
{
    // They choose a form or a part of the answer, or say how the body is meant. Whoever tries again sends them again.
    private static readonly string[] Negotiating =
    [
        HeaderNames.Accept, HeaderNames.AcceptEncoding, HeaderNames.AcceptLanguage, HeaderNames.Range,
        HeaderNames.IfMatch, HeaderNames.IfModifiedSince, HeaderNames.IfNoneMatch, HeaderNames.IfRange, HeaderNames.IfUnmodifiedSince,
        HeaderNames.ContentEncoding, HeaderNames.ContentLanguage, HeaderNames.ContentType,
    ];

    private readonly RequestFingerprint? _fingerprint;

    private PaidRequest(ToolCall call, Cost? price, RequestFingerprint? fingerprint)
    {
        Call = call;
        Price = price;
        _fingerprint = fingerprint;
    }

    public ToolCall Call { get; }

    /// <summary>The price of this request; null when it is always the same.</summary>
    public Cost? Price { get; }

    /// <summary>Reads the request. What cannot be read is answered at once, and costs nothing.</summary>
    /// <returns>Null when it was answered.</returns>
    public static async Task<PaidRequest?> ReadAsync(HttpContext context, EndpointPolicy policy)
    {
        try
        {
            var operationId = IdempotencyKey.Read(context.Request) is { } id ? IdempotencyKey.OperationIdOf(id) : null;
            var call = new ToolCall { OperationId = operationId, IsFailure = static status => status is >= StatusCodes.Status500InternalServerError };
            // A stream of gRPC messages may have no end until it is answered, so its repetition is refused and not answered.
            var fingerprint = operationId is null || GrpcCalls.IsGrpc(context.Request) ? null : await RequestFingerprint.OfAsync(context, Negotiating).ConfigureAwait(false);
            var price = policy.PriceOf is { } priceOf ? await priceOf(context).ConfigureAwait(false) : (Cost?)null;
            return new PaidRequest(call, price, fingerprint);
        }
        catch (InvalidFieldException invalid) when (!context.Response.HasStarted)
        {
            await RefusalResponse.WriteAsync(context, invalid).ConfigureAwait(false);
            return null;
        }
    }

    /// <summary>Runs the handler; what it answers to a request that may be repeated is kept.</summary>
    public async Task RunAsync(HttpContext context, KeyInfo key, RequestDelegate handler)
    {
        if (_fingerprint is null)
        {
            await handler(context).ConfigureAwait(false);
            return;
        }

        var answers = context.RequestServices.GetRequiredService<KeptAnswers>();
        await answers.RunAsync(context, key, Call.OperationId!, _fingerprint, handler).ConfigureAwait(false);
    }

    /// <summary>Answers a repetition as the first time, without running anything; when that is not kept, refuses it.</summary>
    public async Task RepeatAsync(HttpContext context, KeyInfo key, Denial duplicate)
    {
        var answers = context.RequestServices.GetRequiredService<KeptAnswers>();
        if (_fingerprint is null || !await answers.TryRepeatAsync(context, key, Call.OperationId!, _fingerprint).ConfigureAwait(false))
        {
            await DenialResponse.WriteAsync(context, duplicate).ConfigureAwait(false);
        }
    }
}
