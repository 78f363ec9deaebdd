using AgentKey.Agents;
using Microsoft.OpenApi;

namespace AgentKey.AspNetCore.OpenApi;

/// <summary>How a key is presented, and the one form of every refusal.</summary>
internal static class SecurityScheme
{
    /// <summary>The schema that all refusals share.</summary>
    public const string Problem = "AgentKeyProblem";

    public static Task AddTo(OpenApiDocument document)
    {
        var components = document.Components ??= new OpenApiComponents();
        components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        components.SecuritySchemes[CallerIdentity.Scheme] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "An agent key. It is read from this header only.",
        };
        components.Schemas ??= new Dictionary<string, IOpenApiSchema>();
        components.Schemas[Problem] = ProblemSchema();
        return Task.CompletedTask;
    }

    public static OpenApiSchema ProblemSchema() => new()
    {
        Type = JsonSchemaType.Object,
        Required = new HashSet<string> { "status", "title", "code", "traceId" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["type"] = Text("A URI of the kind of problem."),
            ["title"] = Text("The kind of problem."),
            ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer },
            ["detail"] = Text("A sentence for an agent or its human."),
            ["code"] = Text("Stable: branch on it, not on the status."),
            ["traceId"] = Text("For the operator's logs."),
            ["field"] = Text("The field that was not acceptable."),
            ["requiredScope"] = Text("The scope that was missing."),
            ["costCents"] = Number("What the call would have cost, in exact decimal cents."),
            ["remainingCents"] = Number("What is left of the budget that refused."),
            ["refusedBy"] = Text("The budget that refused."),
            ["resetsAt"] = new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time", Description = "When it starts again." },
        },
    };

    private static OpenApiSchema Text(string description) => new() { Type = JsonSchemaType.String, Description = description };

    private static OpenApiSchema Number(string description) => new() { Type = JsonSchemaType.Number, Description = description };
}
