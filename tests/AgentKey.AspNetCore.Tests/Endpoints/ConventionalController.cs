using AgentKey.Agents;
using Microsoft.AspNetCore.Mvc;

namespace AgentKey.AspNetCore.Tests.Endpoints;

/// <summary>A tagged controller that is reached by whatever routes the application has.</summary>
public sealed class ConventionalController : ControllerBase
{
    [AgentScope("proxy.chat")]
    [Cost(15)]
    public ContentResult Chat() => Content("chat");

    [HttpPost]
    [AgentScope("proxy.chat")]
    [Cost(15)]
    public ContentResult Draw() => Content("drawing");
}
