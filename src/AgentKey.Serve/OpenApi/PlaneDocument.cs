using System.Globalization;
using System.Text.Json;
using AgentKey.AspNetCore.Endpoints;
using AgentKey.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace AgentKey.Serve.OpenApi;

/// <summary>Describes a plane: its token, its refusals, its idempotency header.</summary>
internal static class PlaneDocument
{
    private const string Scheme = "PlaneToken";

    public static void Describe(OpenApiOptions options, Plane plane)
    {
        options.CreateSchemaReferenceId = type => type.Type == typeof(JsonElement) ? null : OpenApiOptions.CreateDefaultSchemaReferenceId(type);
        options.AddDocumentTransformer((document, _, _) => DescribeAsync(document, plane));
        options.AddOperationTransformer((operation, context, _) => DescribeAsync(operation, context));
        options.AddSchemaTransformer((schema, context, _) => DescribeAsync(schema, context));
    }

    private static Task DescribeAsync(OpenApiDocument document, Plane plane)
    {
        document.Info = new OpenApiInfo { Title = $"AgentKey, {plane.Name} plane", Version = "v1" };
        var components = document.Components ??= new OpenApiComponents();
        (components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>())[Scheme] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = $"A token of the {plane.Name} plane; never an agent's key.",
        };
        (components.Schemas ??= new Dictionary<string, IOpenApiSchema>())[SecurityScheme.Problem] = SecurityScheme.ProblemSchema();
        return Task.CompletedTask;
    }

    private static Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<PlaneRoute>().FirstOrDefault() is not { } route)
        {
            return Task.CompletedTask;
        }

        (operation.Security ??= []).Add(new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Scheme, context.Document)] = [] });
        foreach (var (status, description) in route.Refusals)
        {
            (operation.Responses ??= [])[status.ToString(CultureInfo.InvariantCulture)] = new OpenApiResponse
            {
                Description = description,
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    ["application/problem+json"] = new() { Schema = new OpenApiSchemaReference(SecurityScheme.Problem, context.Document) },
                },
            };
        }

        foreach (var parameter in route.Parameters)
        {
            (operation.Parameters ??= []).Add(parameter);
        }

        return Task.CompletedTask;
    }

    /// <summary>Amounts are exact, which the types do not show.</summary>
    private static Task DescribeAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context)
    {
        var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
        if (type == typeof(JsonElement))
        {
            schema.Type = JsonSchemaType.Number;
        }
        else if (type == typeof(decimal))
        {
            // Exact, and not the binary number that the default says.
            schema.Format = null;
        }

        return Task.CompletedTask;
    }
}
