using Microsoft.AspNetCore.Mvc;

namespace AgentKey.AspNetCore.Tests.Endpoints;

/// <summary>A controller that is open, unless its route says something else.</summary>
public sealed class UntaggedController : ControllerBase
{
    public ContentResult Open() => Content("open");
}
