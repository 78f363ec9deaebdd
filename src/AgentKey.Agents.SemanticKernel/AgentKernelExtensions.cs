using AgentKey.Keys;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;

namespace AgentKey.Agents.SemanticKernel;

/// <summary>Gives a kernel a key to pay with.</summary>
public static class AgentKernelExtensions
{
    private const string CallerKey = "AgentKey.Caller";

    /// <summary>A clone of the kernel that pays with this key. The kernel itself and its other clones stay as they are.</summary>
    /// <remarks>
    /// <see cref="Kernel.Data"/> of the clone holds a <see cref="Caller"/>, which every function that takes the kernel can
    /// read: it shows the secret redacted, and holds its hash only. Asks nobody: what is wrong with a key is found at the
    /// first call, and at each one after it.
    /// </remarks>
    /// <param name="kernel">The kernel to clone.</param>
    /// <param name="presentedSecret">The secret, as it was presented.</param>
    /// <param name="onBehalfOf">The end user on whose behalf the agent acts, for the ledger; at most 256 printable characters.</param>
    /// <exception cref="InvalidOperationException">The kernel's services hold no <see cref="AgentKeys"/>.</exception>
    /// <exception cref="InvalidFieldException"><paramref name="onBehalfOf"/> is empty, too long or not printable.</exception>
    public static Kernel WithAgentKey(this Kernel kernel, string? presentedSecret, string? onBehalfOf = null)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        return kernel.WithAgentKey(kernel.Services.GetRequiredService<AgentKeys>().Identify(presentedSecret, onBehalfOf));
    }

    /// <summary>A clone of the kernel that pays with a key that was just made.</summary>
    /// <inheritdoc cref="WithAgentKey(Kernel, string?, string?)"/>
    public static Kernel WithAgentKey(this Kernel kernel, AgentSecret secret, string? onBehalfOf = null)
    {
        ArgumentNullException.ThrowIfNull(secret);
        return kernel.WithAgentKey(secret.Reveal(), onBehalfOf);
    }

    /// <summary>A clone of the kernel that pays as this caller, e.g. the one of the request that is being served.</summary>
    /// <inheritdoc cref="WithAgentKey(Kernel, string?, string?)"/>
    public static Kernel WithAgentKey(this Kernel kernel, Caller caller)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        ArgumentNullException.ThrowIfNull(caller);
        var clone = kernel.Clone();
        clone.Data[CallerKey] = caller;
        return clone;
    }

    /// <summary>Who the kernel pays as; <see langword="null"/> for a kernel without a key, whose guarded functions are refused.</summary>
    public static Caller? FindAgentKey(this Kernel kernel)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        return kernel.Data.TryGetValue(CallerKey, out var caller) ? caller as Caller : null;
    }
}
