using System.Globalization;
using System.Text.Json.Nodes;
using AgentKey.Agents;
using AgentKey.AspNetCore.Endpoints;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;

namespace AgentKey.AspNetCore.OpenApi;

/// <summary>Adds to an operation what its key needs and what its caller may be refused.</summary>
internal static class KeyedOperation
{
    public static Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var policy = metadata.OfType<EndpointPolicy>().FirstOrDefault()
            ?? EndpointPolicy.Find($"{context.Description.HttpMethod} {context.Description.RelativePath}", metadata);
        if (policy is null && !metadata.OfType<IAuthorizeData>().Any(data => data.AuthenticationSchemes == CallerIdentity.Scheme))
        {
            return Task.CompletedTask;
        }

        RequireKey(operation, context.Document, policy?.Tool.Scope);
        Refuse(operation, context.Document, StatusCodes.Status401Unauthorized, "No key, or one that is not valid.");
        Refuse(operation, context.Document, StatusCodes.Status503ServiceUnavailable, "The call could not be paid for right now; nothing ran.");
        if (policy is not null)
        {
            GateRegistration.Require(context.ApplicationServices, $"The operation \"{context.Description.HttpMethod} {context.Description.RelativePath}\"");
            var options = context.ApplicationServices.GetRequiredService<IOptions<AgentKeyHttpOptions>>().Value;
            DescribePrice(operation, context.Document, policy, options);
        }

        return Task.CompletedTask;
    }

    private static void RequireKey(OpenApiOperation operation, OpenApiDocument? document, string? scope) => (operation.Security ??= []).Add(
        new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(CallerIdentity.Scheme, document)] = scope is null ? [] : [scope] });

    private static void DescribePrice(OpenApiOperation operation, OpenApiDocument? document, EndpointPolicy policy, AgentKeyHttpOptions options)
    {
        var price = PriceOf(policy);
        var sentence = $"Needs the scope `{policy.Tool.Scope}`. Costs {price}.";
        operation.Description = operation.Description is { Length: > 0 } given ? $"{given}\n\n{sentence}" : sentence;
        (operation.Extensions ??= new Dictionary<string, IOpenApiExtension>())["x-agentkey"] = new JsonNodeExtension(new JsonObject
        {
            ["scope"] = policy.Tool.Scope,
            ["price"] = price,
            ["costCents"] = policy.PriceOf is null ? policy.Tool.Price.Amount.Cents : null,
        });
        Refuse(operation, document, StatusCodes.Status403Forbidden, "The key does not hold the scope.");
        Refuse(operation, document, options.BudgetExhaustedStatus, "The price does not fit into what is left of a budget.");
        Refuse(operation, document, StatusCodes.Status409Conflict, "The Idempotency-Key was used before, and there is no answer to repeat.");
        Refuse(operation, document, StatusCodes.Status429TooManyRequests, "Too many calls, or too many keys from this address that opened nothing.");
    }

    private static string PriceOf(EndpointPolicy policy) => policy switch
    {
        { PriceOf: null } => policy.Tool.Price.ToString(),
        { Tool.Price.IsHeld: true } => "up to an amount that the request decides",
        _ => "an amount that the request decides",
    };

    private static void Refuse(OpenApiOperation operation, OpenApiDocument? document, int status, string description)
    {
        var responses = operation.Responses ??= [];
        var code = status.ToString(CultureInfo.InvariantCulture);
        if (responses.TryGetValue(code, out var known))
        {
            known.Description = $"{known.Description} {description}".Trim();
            return;
        }

        responses[code] = new OpenApiResponse
        {
            Description = description,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/problem+json"] = new() { Schema = new OpenApiSchemaReference(SecurityScheme.Problem, document) },
            },
        };
    }
}
