using AgentKey.AspNetCore.OpenApi;
using Microsoft.AspNetCore.OpenApi;

namespace AgentKey.AspNetCore;

/// <summary>Describes keys, scopes, prices and refusals in an OpenAPI document.</summary>
public static class AgentKeyOpenApiExtensions
{
    /// <summary>
    /// Adds the bearer scheme, and to each operation that needs a key its scope, its price and its refusals. The member
    /// <c>x-agentkey</c> has scope and price for programs.
    /// </summary>
    public static OpenApiOptions AddAgentKeys(this OpenApiOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.AddDocumentTransformer(static (document, _, _) => SecurityScheme.AddTo(document));
        options.AddOperationTransformer(static (operation, context, _) => KeyedOperation.DescribeAsync(operation, context));
        return options;
    }
}
