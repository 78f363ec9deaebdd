using AgentKey.Agents.SemanticKernel.Filters;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.SemanticKernel;

namespace AgentKey.Agents.SemanticKernel;

/// <summary>Puts agent keys in front of the functions of a kernel.</summary>
public static class AgentKeysKernelBuilderExtensions
{
    /// <summary>
    /// Binds the key of the kernel that a function is called through, refuses functions that carry no guard, and answers
    /// a model that called a refused function in a form that it can read. Charges nothing itself, except for prompts that
    /// were given a price: the guarded function does. Calling it twice changes nothing but the settings.
    /// </summary>
    /// <remarks>
    /// A kernel pays only after <see cref="AgentKernelExtensions.WithAgentKey(Kernel, string?, string?)"/>; on the kernel
    /// that this builds, guarded functions are refused. Needs
    /// <see cref="AgentKeysServiceCollectionExtensions.AddAgentKeys"/> on <see cref="IKernelBuilder.Services"/>.
    /// </remarks>
    /// <param name="builder">The kernel's builder.</param>
    /// <param name="configure">Changes the settings.</param>
    public static IKernelBuilder AddAgentKeys(this IKernelBuilder builder, Action<AgentKeysKernelOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = OptionsOf(builder.Services);
        configure?.Invoke(options);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IFunctionInvocationFilter, FunctionFilter>());
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IAutoFunctionInvocationFilter, ModelCallFilter>());
        return builder;
    }

    private static AgentKeysKernelOptions OptionsOf(IServiceCollection services)
    {
        if (services.FirstOrDefault(service => service.ServiceType == typeof(AgentKeysKernelOptions)) is { } known)
        {
            return (AgentKeysKernelOptions)known.ImplementationInstance!;
        }

        var options = new AgentKeysKernelOptions();
        services.AddSingleton(options);
        return options;
    }
}
