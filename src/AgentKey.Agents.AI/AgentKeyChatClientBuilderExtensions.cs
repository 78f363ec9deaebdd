using AgentKey.Agents.AI.Metering;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace AgentKey.Agents.AI;

/// <summary>Puts keys in front of the tokens of a chat client.</summary>
public static class AgentKeyChatClientBuilderExtensions
{
    /// <summary>
    /// Meters every model call: the most that it can cost is held before it, and what the provider says it used is spent
    /// after it. A call that cannot be paid for throws <see cref="ModelCallDeniedException"/> and is not made.
    /// </summary>
    /// <remarks>
    /// Register it after <c>UseFunctionInvocation</c> and after a cache, so that it sees each real call and nothing else.
    /// Registering it twice for the same caller meters once. Answers in the background are not asked for, and a call that
    /// would go on with one is refused.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets at least <see cref="MeteringOptions.Prices"/>.</param>
    public static ChatClientBuilder UseAgentKeyMetering(this ChatClientBuilder builder, Action<MeteringOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        return builder.Use((client, services) =>
        {
            var options = new MeteringOptions();
            configure(options);
            options.Validate();
            return Metered(client, options, services);
        });
    }

    private static IChatClient Metered(IChatClient client, MeteringOptions options, IServiceProvider services)
    {
        if (client.GetService<MeteringChatClient>() is { } meter)
        {
            // The meter inside is the one that stays: beside it also "whoever is bound" is somebody else than a fixed caller.
            return ReferenceEquals(options.Caller, meter.Caller)
                ? client
                : throw new InvalidOperationException("The chat client is metered already, for somebody else.");
        }

        if (client.GetService<FunctionInvokingChatClient>() is not null)
        {
            throw new InvalidOperationException("A meter around function invocation sees one call of many: register UseAgentKeyMetering after it.");
        }

        var guard = options.Guard ?? services.GetService<ToolGuard>()
            ?? throw new InvalidOperationException("There is no guard: set MeteringOptions.Guard, or register one with AddAgentKeys.");
        var clock = services.GetService<TimeProvider>() ?? TimeProvider.System;
        return new MeteringChatClient(client, new Meter(options, guard, clock), options);
    }
}
