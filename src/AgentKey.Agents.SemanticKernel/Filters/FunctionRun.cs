using AgentKey.Charging;

namespace AgentKey.Agents.SemanticKernel.Filters;

/// <summary>One run of a function, from its own filter down to the functions that its model calls, if it is a prompt.</summary>
internal sealed class FunctionRun
{
    private static readonly AsyncLocal<FunctionRun?> Ambient = new();

    private volatile Denial? _end;

    /// <summary>The run that calls are made in, if any.</summary>
    public static FunctionRun? Current => Ambient.Value;

    /// <summary>The refusal that ended the run's tool loop.</summary>
    public Denial? End
    {
        get => _end;
        set => _end = value;
    }

    /// <summary>Begins a run in the flow of the method that calls this, and of what it awaits.</summary>
    public static FunctionRun Begin() => Ambient.Value = new FunctionRun();
}
