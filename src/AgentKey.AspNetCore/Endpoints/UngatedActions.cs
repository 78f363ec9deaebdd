using AgentKey.Agents;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.Extensions.Options;

namespace AgentKey.AspNetCore.Endpoints;

/// <summary>
/// Stops a tagged action that no gate stands before: routing that is older than endpoints finds it without them, and it
/// would run for everybody.
/// </summary>
internal sealed class UngatedActions : IConfigureOptions<MvcOptions>, IResourceFilter, IOrderedFilter
{
    public int Order => int.MinValue;

    public void Configure(MvcOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Filters.Add(this);
    }

    public void OnResourceExecuting(ResourceExecutingContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.ActionDescriptor.EndpointMetadata.Any(item => item is AgentScopeAttribute or CostAttribute)
            && context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<EndpointPolicy>() is null)
        {
            throw new InvalidOperationException(
                $"The action \"{context.ActionDescriptor.DisplayName}\" has a scope or a price, and was not found by endpoint routing, so nobody would pay: "
                + "leave MvcOptions.EnableEndpointRouting on, and call MapControllers() or MapControllerRoute(…).");
        }
    }

    public void OnResourceExecuted(ResourceExecutedContext context)
    {
    }
}
