using System.Text.Json;
using AgentKey.SampleTools;
using AgentKey.Sqlite;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;

namespace AgentKey.Agents.Parity.Tests;

/// <summary>What the generated registrations register: everything that is tagged, guarded, under the raw names.</summary>
public sealed class RegistrationTests
{
    [Fact]
    public void Plugins_are_named_after_the_raw_classes()
    {
        var builder = Kernel.CreateBuilder();
        AddSamples(builder.Services);
        builder.Plugins.AddAgentPlugins();

        var plugins = builder.Build().Plugins;

        Assert.Equal(["InheritingTools", "ShapeTools", "Tools"], plugins.Select(plugin => plugin.Name).Order(StringComparer.Ordinal));
        Assert.Equal(Twin.With<KernelFunctionAttribute>().Count(), plugins.Sum(plugin => plugin.FunctionCount));
    }

    [Fact]
    public async Task Every_tool_becomes_a_function_of_its_raw_name()
    {
        await using var services = AddSamples(new ServiceCollection()).AddAgentTools().BuildServiceProvider();

        var names = AgentTools.CreateFunctions(services).Select(function => function.Name);

        var tools = Twin.Samples.Values.Where(twin => twin.Raw.ReflectedType != typeof(Prompts) && twin.Raw.ReflectedType != typeof(Resources));
        Assert.Equal(
            tools.Select(twin => AIFunctionFactory.Create(twin.Raw, twin.RawTarget).Name).Order(StringComparer.Ordinal), names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_function_that_was_made_for_a_caller_answers_a_refusal()
    {
        await using var services = AddSamples(new ServiceCollection()).AddAgentTools().BuildServiceProvider();
        var stranger = services.GetRequiredService<AgentKeys>().Identify("not a key");
        var kind = AgentTools.CreateFunctions(services, stranger).Single(function => function.Name == nameof(InheritingTools.Kind));

        var answer = Assert.IsType<JsonElement>(await kind.InvokeAsync(null, TestContext.Current.CancellationToken));

        Assert.Equal("invalid_key", answer.GetProperty("code").GetString());
    }

    private static IServiceCollection AddSamples(IServiceCollection services) => services
        .AddAgentKeys(_ => SqliteKeyStore.Open(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName())))
        .AddSingleton(new Nested.Tools("nested"));
}
