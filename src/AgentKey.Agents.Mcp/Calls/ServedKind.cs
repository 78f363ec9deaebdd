using System.Text.Json;
using System.Text.Json.Nodes;
using AgentKey.Charging;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.Agents.Mcp.Calls;

/// <summary>How one kind of thing that a server serves is named, refused and annotated: tools, prompts, resources.</summary>
internal abstract class ServedKind<TParams, TResult>
    where TParams : RequestParams
    where TResult : Result
{
    /// <summary>The kind's own word, which keeps the state of a tool from being used for a prompt of the same name.</summary>
    public abstract string Word { get; }

    public abstract string NameOf(TParams parameters);

    /// <summary>What the call was called with, without the parts that change from round to round.</summary>
    public abstract IDictionary<string, JsonElement>? ArgumentsOf(TParams parameters);

    /// <summary>The attributes of what the name matched; <see langword="null"/> when it matched nothing.</summary>
    public abstract IReadOnlyList<object>? MetadataOf(IMcpServerPrimitive? matched);

    /// <summary>Whether a hand-written handler would serve names that match nothing.</summary>
    public abstract bool HasHandler(McpServerHandlers handlers);

    /// <summary>The refusal in the protocol's own form: returned where there is a form, thrown where there is none.</summary>
    public abstract TResult Refuse(Denial denial);

    /// <summary>The result with more metadata. Not the same object: a tool may hand out one result many times.</summary>
    public abstract TResult Annotate(TResult result, JsonObject meta);

    /// <summary>Whether what the method returned means that it failed.</summary>
    public virtual bool IsFailure(object? returned) => false;
}
