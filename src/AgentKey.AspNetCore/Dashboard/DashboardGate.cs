using AgentKey.Agents;
using AgentKey.AspNetCore.Endpoints;
using AgentKey.Storage;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AgentKey.AspNetCore.Dashboard;

/// <summary>What stands before every request to the dashboard.</summary>
internal static class DashboardGate
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    /// <summary>Refuses to build an endpoint that everybody could reach.</summary>
    public static void RequireAuthorization(EndpointBuilder endpoint)
    {
        if (endpoint.Metadata.Any(data => data is IAllowAnonymous) || !endpoint.Metadata.Any(data => data is IAuthorizeData or AuthorizationPolicy))
        {
            throw new InvalidOperationException(
                $"Everybody could open the dashboard ({endpoint.DisplayName}): call RequireAuthorization(\"a policy for operators\") on what MapAgentKeyDashboard returns.");
        }
    }

    /// <summary>Wraps a handler: headers, no agents, no forged forms, and errors as pages.</summary>
    public static RequestDelegate Around(RequestDelegate handler, string root) => async context =>
    {
        OutputCaching.Forbid(context);
        WriteHeaders(context.Response);
        // The header too: with a cookie beside it, the user is whoever the cookie names.
        if (CallerIdentity.Find(context.User) is not null || BearerCredential.IsOfAgent(context.Request, context.RequestServices.GetRequiredService<AgentKeys>()))
        {
            await RefuseAsync(context, root, StatusCodes.Status403Forbidden, "Not for agents", "An agent's key never opens the dashboard; sign in as a person.").ConfigureAwait(false);
            return;
        }

        try
        {
            if (HttpMethods.IsPost(context.Request.Method))
            {
                if (!context.Request.HasFormContentType)
                {
                    // With the token in a header nobody else would notice.
                    await RefuseAsync(context, root, StatusCodes.Status400BadRequest, "Not done", "What was sent is no form.").ConfigureAwait(false);
                    return;
                }

                await context.RequestServices.GetRequiredService<IAntiforgery>().ValidateRequestAsync(context).ConfigureAwait(false);
            }

            await handler(context).ConfigureAwait(false);
        }
        catch (AntiforgeryValidationException)
        {
            await RefuseAsync(context, root, StatusCodes.Status400BadRequest, "Not done", "The form did not come from this page, or the page is too old. Go back and open it again.").ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is InvalidDataException or BadHttpRequestException && !context.Response.HasStarted)
        {
            await RefuseAsync(context, root, (fault as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status400BadRequest, "Not done", "The form cannot be read.").ConfigureAwait(false);
        }
        catch (InvalidFieldException invalid) when (!context.Response.HasStarted)
        {
            await RefuseAsync(context, root, StatusCodes.Status400BadRequest, "Not done", invalid.Message).ConfigureAwait(false);
        }
        catch (StoreUnavailableException) when (!context.Response.HasStarted)
        {
            await RefuseAsync(context, root, StatusCodes.Status503ServiceUnavailable, "No answer", "The store does not answer. No call is charged in the meantime, and none runs.").ConfigureAwait(false);
        }
        catch (SchemaException fault) when (!context.Response.HasStarted)
        {
            UndecidedRequest.Log(context, fault);
            await RefuseAsync(context, root, StatusCodes.Status503ServiceUnavailable, "No tables", "A table of the store is missing, or not as it has to be; the log says what to do. No call is charged in the meantime, and none runs.").ConfigureAwait(false);
        }
    };

    public static Task WriteAsync(HttpContext context, Html page)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(page.ToString(), context.RequestAborted);
    }

    public static Task RefuseAsync(HttpContext context, string root, int status, string title, string text)
    {
        context.Response.StatusCode = status;
        return WriteAsync(context, DashboardLayout.Problem(title, text, root));
    }

    private static void WriteHeaders(HttpResponse response)
    {
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "same-origin";
        // As antiforgery writes it: it warns of every other form that it finds.
        response.Headers.CacheControl = "no-cache, no-store";
    }
}
