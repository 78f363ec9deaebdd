using System.Net;
using System.Net.Http.Headers;

namespace HttpProxy;

/// <summary>Sends a request on under the operator's own key, and streams the answer back.</summary>
internal sealed class ChatUpstream(HttpClient client, ProxySettings settings, ILogger<ChatUpstream> logger)
{
    public async Task ForwardAsync(HttpContext context)
    {
        // A new request, not a copy: no header of the caller's goes along, least of all its key.
        using var request = new HttpRequestMessage(HttpMethod.Post, settings.Upstream) { Content = new StreamContent(context.Request.Body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", settings.UpstreamKey);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        try
        {
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
            if (IsOurFault(answer.StatusCode))
            {
                logger.LogWarning("The upstream answered {Status}", (int)answer.StatusCode);
                context.Response.StatusCode = StatusCodes.Status502BadGateway;
                return;
            }

            context.Response.StatusCode = (int)answer.StatusCode;
            context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
            await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
        }
        catch (HttpRequestException unreachable) when (!context.Response.HasStarted)
        {
            logger.LogWarning(unreachable, "The upstream could not be reached");
            context.Response.StatusCode = StatusCodes.Status502BadGateway;
        }
    }

    // An upstream that does not like our key or our rate is nothing that the agent should pay for: 500 and above refunds.
    private static bool IsOurFault(HttpStatusCode status) =>
        (int)status >= StatusCodes.Status500InternalServerError
        || status is HttpStatusCode.Unauthorized or HttpStatusCode.PaymentRequired or HttpStatusCode.Forbidden or HttpStatusCode.TooManyRequests;
}
