namespace AgentKey.Agents;

/// <summary>
/// This method is a tool that only a key with the scope may run. The generator emits a guarded twin of the class
/// (<c>GuardedProxyTools</c> for <c>ProxyTools</c>), which is what gets registered.
/// </summary>
/// <param name="scope">A concrete scope: dotted lower-case segments, e.g. <c>proxy.chat</c>.</param>
[AttributeUsage(AttributeTargets.Method, Inherited = true)]
public sealed class AgentScopeAttribute(string scope) : Attribute
{
    /// <summary>The scope that the key must hold.</summary>
    public string Scope { get; } = scope;
}
