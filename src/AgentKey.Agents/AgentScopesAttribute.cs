namespace AgentKey.Agents;

/// <summary>
/// The catalogue of scopes that this assembly's tools may require. With one, the compiler reports a tool whose scope is
/// not in it, which is most often a slip of the finger.
/// </summary>
/// <param name="scopes">Concrete scopes: dotted lower-case segments, e.g. <c>proxy.chat</c>.</param>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
public sealed class AgentScopesAttribute(params string[] scopes) : Attribute
{
    /// <summary>The scopes of this part of the catalogue.</summary>
    public IReadOnlyList<string> Scopes { get; } = scopes;
}
