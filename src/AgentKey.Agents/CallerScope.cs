using AgentKey.Keys;

namespace AgentKey.Agents;

/// <summary>Binds a caller to the current flow of control. Adapters bind; the guard inside the tool reads and charges.</summary>
/// <remarks>
/// Flows with <c>await</c> like any <see cref="AsyncLocal{T}"/>; parallel calls do not see each other's caller. A tool
/// that runs where no caller is bound is refused.
/// </remarks>
public static class CallerScope
{
    private static readonly AsyncLocal<BoundCall?> Ambient = new();

    /// <summary>The caller that is bound here, if any.</summary>
    public static Caller? Current => Frame?.Caller;

    internal static BoundCall? Frame => Ambient.Value;

    /// <summary>Binds a caller until the returned value is disposed. Binding <see langword="null"/> hides an outer caller.</summary>
    /// <param name="caller">Who calls.</param>
    /// <param name="call">The one call of one tool that runs under this binding; <see langword="null"/> for any number of calls.</param>
    public static Binding Bind(Caller? caller, ToolCall? call = null) => Bind(new BoundCall(caller, call));

    internal static Binding Bind(BoundCall? frame)
    {
        var outer = Ambient.Value;
        Ambient.Value = frame;
        return new Binding(outer);
    }

    /// <summary>Ends a binding; dispose it where it was made.</summary>
    public readonly struct Binding : IDisposable, IEquatable<Binding>
    {
        private readonly BoundCall? _outer;

        internal Binding(BoundCall? outer) => _outer = outer;

        /// <summary>Whether two bindings restore the same caller.</summary>
        public static bool operator ==(Binding left, Binding right) => left.Equals(right);

        /// <summary>Whether two bindings restore different callers.</summary>
        public static bool operator !=(Binding left, Binding right) => !left.Equals(right);

        /// <summary>Restores the caller that was bound before.</summary>
        public void Dispose()
        {
            // Writing what is there already would copy the execution context.
            if (!ReferenceEquals(Ambient.Value, _outer))
            {
                Ambient.Value = _outer;
            }
        }

        /// <inheritdoc/>
        public bool Equals(Binding other) => ReferenceEquals(_outer, other._outer);

        /// <inheritdoc/>
        public override bool Equals(object? obj) => obj is Binding other && Equals(other);

        /// <inheritdoc/>
        public override int GetHashCode() => _outer?.GetHashCode() ?? 0;
    }
}
