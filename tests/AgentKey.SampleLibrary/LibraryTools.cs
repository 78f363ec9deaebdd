using System.ComponentModel;
using AgentKey.Agents;
using Microsoft.SemanticKernel;
using ModelContextProtocol.Server;

namespace AgentKey.SampleLibrary;

/// <summary>Tools that another assembly inherits.</summary>
public abstract class LibraryTools<T>
{
    /// <summary>Looks something up.</summary>
    [McpServerTool(Name = "look_up", ReadOnly = true), KernelFunction("look_up"), Description("Looks a thing up")]
    [AgentScope("library.look-up"), Cost(0.5)]
    [return: Description("The thing, or nothing")]
    public virtual Task<T?> LookUpAsync([Description("The thing's name")] string name, int most = 10, CancellationToken cancellationToken = default) =>
        Task.FromResult<T?>(default);

    /// <summary>Says what kind of things there are.</summary>
    [McpServerTool, KernelFunction, Description("Says the kind")]
    [AgentScope("library.kind"), Cost(1)]
    public string Kind() => typeof(T).Name;
}
