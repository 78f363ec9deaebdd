namespace AgentKey.AspNetCore.SelfServe;

/// <summary>What a stranger may say about itself. Nothing of it is believed: it labels the key, and that is all.</summary>
/// <param name="Email">Shown as the key's name.</param>
internal sealed record SignUpRequest(string? Email = null);
