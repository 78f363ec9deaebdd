using AgentKey.Agents.AI;
using AgentKey.Agents.SemanticKernel.Metering;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;

namespace AgentKey.Agents.SemanticKernel;

/// <summary>Puts the kernel's key in front of its model's tokens.</summary>
public static class AgentKernelMeteringExtensions
{
    /// <summary>
    /// Adds a model whose every call is paid for by the kernel's key: also those that Semantic Kernel's tool loop makes.
    /// Both as an <see cref="IChatClient"/> and as an <see cref="IChatCompletionService"/>, streaming and not.
    /// </summary>
    /// <remarks>
    /// A call that the key cannot pay for is not made: <see cref="ModelCallDeniedException"/> reaches the caller at once, out
    /// of the tool loop. What is exact is what <c>UseAgentKeyMetering</c> says: a client that reports its usage is settled at
    /// it. A connector that exists only as an <see cref="IChatCompletionService"/> can be added as its
    /// <see cref="ChatCompletionServiceExtensions.AsChatClient"/>: each call is held for and refused all the same, but its
    /// usage gets lost on that way, so it is settled by <see cref="MeteringOptions.Unmetered"/>.
    /// </remarks>
    /// <param name="builder">The kernel's builder.</param>
    /// <param name="model">The provider's client, without a tool loop around it.</param>
    /// <param name="configure">Sets at least <see cref="MeteringOptions.Prices"/>.</param>
    /// <param name="serviceId">The id of the service, for kernels with several models.</param>
    public static IKernelBuilder AddMeteredChatClient(
        this IKernelBuilder builder, Func<IServiceProvider, IChatClient> model, Action<MeteringOptions> configure, string? serviceId = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(configure);
        builder.Services.AddKeyedSingleton(serviceId, (services, _) => model(services).AsBuilder()
            .UseKernelFunctionInvocation()
            .UseAgentKeyMetering(configure)
            .Build(services));
        builder.Services.AddKeyedSingleton<IChatCompletionService>(serviceId, (services, _) => new MeteredChatCompletion(
            services.GetRequiredKeyedService<IChatClient>(serviceId).AsChatCompletionService(services)));
        return builder;
    }
}
