namespace AgentKey.Serve;

/// <summary>What tells one plane from the other.</summary>
/// <param name="Name">The name in logs and documents.</param>
/// <param name="Realm">The realm that a challenge names.</param>
/// <param name="BadTokenCode">The code of a request without a valid token: never that of a bad agent key, which may be shown to the agent.</param>
internal sealed record Plane(string Name, string Realm, string BadTokenCode)
{
    /// <summary>For applications: validate, charge, hold.</summary>
    public static Plane Data { get; } = new("data", "agentkey data plane", "invalid_app_token");

    /// <summary>For operators: make, change and end keys.</summary>
    public static Plane Admin { get; } = new("admin", "agentkey admin plane", "invalid_admin_token");
}
