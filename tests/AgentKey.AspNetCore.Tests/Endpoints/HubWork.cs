using AgentKey.Agents;

namespace AgentKey.AspNetCore.Tests.Endpoints;

/// <summary>What a hub does for its clients, at a price.</summary>
public sealed class HubWork
{
    private readonly string _answer = "worked";

    [AgentScope("docs.read")]
    [Cost(15)]
    public Task<string> WorkAsync() => Task.FromResult(_answer);
}
