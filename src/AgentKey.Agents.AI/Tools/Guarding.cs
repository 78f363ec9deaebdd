using Microsoft.Extensions.AI;

namespace AgentKey.Agents.AI.Tools;

/// <summary>Tells guarded functions from raw ones.</summary>
internal static class Guarding
{
    /// <summary>Whether a call of the function is charged, however it is wrapped.</summary>
    public static bool IsGuarded(AIFunction function) => function.GetService<GuardedFunction>() is not null || IsGuardedMethod(function);

    /// <summary>Whether the function is a method that the generator has guarded.</summary>
    public static bool IsGuardedMethod(AIFunction function) =>
        function.UnderlyingMethod?.IsDefined(typeof(AgentGuardedAttribute), inherit: false) == true;
}
