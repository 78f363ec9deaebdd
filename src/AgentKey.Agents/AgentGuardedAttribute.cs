using System.ComponentModel;

namespace AgentKey.Agents;

/// <summary>
/// This method charges before it works. Only the generator and this library's wrappers may apply it: adapters refuse
/// every tool that does not carry it.
/// </summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class AgentGuardedAttribute : Attribute;
