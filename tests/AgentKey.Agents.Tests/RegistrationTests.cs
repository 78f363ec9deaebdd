using AgentKey.Agents.Tests.Hosting;
using AgentKey.Agents.Tests.Tools;
using AgentKey.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace AgentKey.Agents.Tests;

public sealed class RegistrationTests
{
    [Fact]
    public async Task Registered_tools_charge()
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 15);
        await using var services = Services(host).BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
        var tools = services.GetRequiredService<GuardedWorkTools>();
        using var binding = CallerScope.Bind(host.CallerOf(key));

        await tools.RunAsync("go", cancellationToken: TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<ToolDeniedException>(() => tools.RunAsync("go", cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal(1, services.GetRequiredService<Work>().Runs);
        Assert.NotNull(services.GetRequiredService<GuardedArithmetic>());
    }

    [Fact]
    public async Task What_the_user_registered_before_stays()
    {
        await using var host = await AgentHost.StartAsync();
        var mine = new WorkTools(host.Work);
        await using var services = Services(host).AddSingleton(mine).AddAgentTools().BuildServiceProvider();

        Assert.Same(mine, services.GetRequiredService<WorkTools>());
    }

    [Fact]
    public void Registering_twice_changes_nothing()
    {
        var services = new ServiceCollection().AddAgentTools();
        var count = services.Count;

        Assert.Equal(count, services.AddAgentTools().Count);
        Assert.Equal(11, count);
    }

    private static IServiceCollection Services(AgentHost host) => new ServiceCollection()
        .AddAgentKeys(_ => SqliteKeyStore.Open(host.StorePath))
        .AddSingleton<Work>()
        .AddSingleton<Func<IEnumerable<int>?>>(() => [])
        .AddSingleton(new Func<CancellationToken, object?>(_ => null))
        .AddAgentTools();
}
