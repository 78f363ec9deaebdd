using AgentKey.Agents;
using Microsoft.AspNetCore.Mvc;

namespace AgentKey.AspNetCore.Tests.Endpoints;

/// <summary>A controller by nothing but its name, so that it has a guarded twin, which has such a name too.</summary>
[Route("named")]
public sealed class NamedController
{
    private readonly string _answer = "chat";

    [HttpGet("chat")]
    [AgentScope("proxy.chat")]
    [Cost(15)]
    public string Chat() => _answer;
}
