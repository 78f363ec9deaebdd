using AgentKey.Cli.McpProxy.Served;

namespace AgentKey.Cli.McpProxy.Hosting;

/// <summary>The session of one HTTP client, which belongs to the key that began it.</summary>
internal sealed class OpenSession(string id, string keyId, ServedServer served)
{
    public string Id => id;

    public string KeyId => keyId;

    /// <summary>What is served in it, over a link of its own to the server behind.</summary>
    public ServedServer Served => served;

    /// <summary>How many requests of its client are under way. The one that begins it is the first.</summary>
    public int Requests { get; set; } = 1;

    /// <summary>When the last one ended.</summary>
    public long LastUsed { get; set; }

    /// <summary>Whether it makes room for another one.</summary>
    public bool IsEnding { get; set; }

    /// <summary>Whether it can make room. A call may go on although its client has hung up.</summary>
    public bool IsIdle => Requests == 0 && !IsEnding && !served.Session.IsBusy;
}
