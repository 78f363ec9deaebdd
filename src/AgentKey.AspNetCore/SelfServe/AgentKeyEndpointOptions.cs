namespace AgentKey.AspNetCore;

/// <summary>Settings of <see cref="AgentKeyEndpointRouteBuilderExtensions.MapAgentKeys"/>. Read at start-up.</summary>
public sealed class AgentKeyEndpointOptions
{
    /// <summary>What strangers get; <see langword="null"/>, the default, when nobody can sign up.</summary>
    public AgentKeySignUpOptions? SignUp { get; set; }
}
