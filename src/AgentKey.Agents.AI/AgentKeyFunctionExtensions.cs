using System.Text.Json;
using AgentKey.Agents.AI.Tools;
using AgentKey.Keys;
using Microsoft.Extensions.AI;

namespace AgentKey.Agents.AI;

/// <summary>Puts keys in front of functions that a model may call.</summary>
public static class AgentKeyFunctionExtensions
{
    /// <summary>
    /// The function, guarded: a call charges the caller that is bound around it, before the work. For functions that
    /// exist only as objects, e.g. the tools of a remote MCP server.
    /// </summary>
    /// <remarks>
    /// Name, description and schema stay as they are. A refusal is returned as <see cref="DenialAnswer"/> and never thrown.
    /// Guarding twice under the same policy charges once.
    /// </remarks>
    /// <param name="function">The function.</param>
    /// <param name="guard">The guard.</param>
    /// <param name="policy">What a call needs and costs. Its price may not come from a rule.</param>
    /// <param name="isFailure">
    /// Whether a returned value means that the call failed. By default a remote tool fails when its result says
    /// <c>isError</c>, and a method only when it throws.
    /// </param>
    /// <exception cref="InvalidOperationException">The function is guarded already, by another policy or by the generator.</exception>
    /// <exception cref="InvalidFieldException">The price comes from a rule.</exception>
    public static AIFunction WithAgentKey(this AIFunction function, ToolGuard guard, ToolPolicy policy, Func<object?, bool>? isFailure = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(guard);
        ArgumentNullException.ThrowIfNull(policy);
        if (policy.Price.Kind is ToolPriceKind.Rule or ToolPriceKind.SettledRule)
        {
            throw new InvalidFieldException("price", "comes from a rule, which only the generator can call", "a fixed price, one per argument, or the most that a call costs");
        }

        if (Guarding.IsGuardedMethod(function))
        {
            throw new InvalidOperationException($"The method behind {function.Name} carries its own guard; bind a caller to it instead.");
        }

        if (function.GetService<GuardedFunction>() is not { } guarded)
        {
            return new GuardedFunction(function, guard, policy, isFailure ?? (function.UnderlyingMethod is null ? SaysError : Never));
        }

        return guarded.Policy.IsSame(policy)
            ? function
            : throw new InvalidOperationException($"{function.Name} is guarded already, under another policy.");
    }

    /// <summary>The guarded function, bound to one caller, whoever is bound around the call. Binding again replaces the caller.</summary>
    /// <param name="function">A function with a guard: one of a guarded class, or one that was guarded here before.</param>
    /// <param name="caller">Who pays.</param>
    /// <exception cref="InvalidOperationException">
    /// The key would not be charged: nothing guards the function, or it was wrapped in another one after it was bound to
    /// another caller.
    /// </exception>
    public static AIFunction WithAgentKey(this AIFunction function, Caller caller)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(caller);
        if (!Guarding.IsGuarded(function))
        {
            throw new InvalidOperationException($"Nothing guards {function.Name}: register the guarded class, or give it a policy.");
        }

        var unbound = function is BoundFunction bound ? bound.Unbound : function;
        if (unbound.GetService<BoundFunction>() is not { } inside)
        {
            return new BoundFunction(unbound, caller);
        }

        // The innermost binding is the one that pays.
        return ReferenceEquals(inside.Caller, caller)
            ? function
            : throw new InvalidOperationException($"A wrapper around {function.Name} hides that it is bound to another caller; bind it before it is wrapped.");
    }

    /// <summary>The function, guarded and bound to one caller.</summary>
    /// <inheritdoc cref="WithAgentKey(AIFunction, ToolGuard, ToolPolicy, Func{object, bool})"/>
    public static AIFunction WithAgentKey(this AIFunction function, ToolGuard guard, ToolPolicy policy, Caller caller) =>
        function.WithAgentKey(guard, policy).WithAgentKey(caller);

    /// <summary>
    /// Functions from elsewhere, e.g. of a remote MCP server, guarded by a local map: what the server says about itself
    /// decides nothing.
    /// </summary>
    /// <param name="functions">The functions.</param>
    /// <param name="guard">The guard.</param>
    /// <param name="policies">The policy of each function, by its exact name as an <see cref="AIFunction"/>; of a function of a Semantic Kernel plugin that is <c>plugin_function</c>. A function that is not in it is refused when it is called.</param>
    public static IReadOnlyList<AIFunction> WithAgentKey(
        this IEnumerable<AIFunction> functions, ToolGuard guard, IReadOnlyDictionary<string, ToolPolicy> policies)
    {
        ArgumentNullException.ThrowIfNull(functions);
        ArgumentNullException.ThrowIfNull(policies);
        return
        [
            .. functions.Select(function => policies.TryGetValue(function.Name, out var policy)
                ? function.WithAgentKey(guard, policy)
                : new RefusedFunction(function)),
        ];
    }

    private static bool SaysError(object? result) =>
        result is JsonElement { ValueKind: JsonValueKind.Object } json && json.TryGetProperty("isError", out var isError) && isError.ValueKind == JsonValueKind.True;

    private static bool Never(object? result) => false;
}
