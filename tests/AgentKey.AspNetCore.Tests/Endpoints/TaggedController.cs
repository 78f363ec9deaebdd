using AgentKey.Agents;
using Microsoft.AspNetCore.Mvc;

namespace AgentKey.AspNetCore.Tests.Endpoints;

/// <summary>A controller that somebody tagged.</summary>
[ApiController]
[Route("controller")]
public sealed class TaggedController : ControllerBase
{
    [HttpGet("chat")]
    [AgentScope("proxy.chat")]
    [Cost(15)]
    public ContentResult Chat() => Content("chat");
}
