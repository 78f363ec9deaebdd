using System.Reflection;
using AgentKey.SampleTools;

namespace AgentKey.Agents.Parity.Tests;

/// <summary>The generated table of policies says of each tool what its attributes say.</summary>
public sealed class PolicyTableTests
{
    [Fact]
    public void Every_tagged_tool_is_in_the_table() =>
        Assert.Equal(Twin.Samples.Keys.Order(StringComparer.Ordinal), AgentToolPolicies.All.Select(policy => policy.Tool).Order(StringComparer.Ordinal));

    [Fact]
    public void A_policy_says_what_the_attributes_say() => Assert.All(AgentToolPolicies.All, policy =>
    {
        var attributes = ToolPolicy.Find(policy.Tool, Twin.Samples[policy.Tool].Raw.GetCustomAttributes(inherit: true));

        Assert.Equal(Facts(attributes!), Facts(policy));
    });

    [Fact]
    public void Every_scope_has_its_constant() => Assert.Equal(
        AgentToolPolicies.All.Select(policy => policy.Scope).OfType<string>().Distinct().Order(StringComparer.Ordinal),
        AgentScopes.All);

    [Fact]
    public void The_manifest_in_the_assembly_says_the_same()
    {
        var entries = typeof(ShapeTools).Assembly.GetCustomAttributes<AgentToolEntryAttribute>();

        Assert.Equal(
            AgentToolPolicies.All.Select(policy => (policy.Tool, policy.Scope, policy.Price.ToString(), policy.OnFailure, policy.OnCancellation)),
            entries.Select(entry => (entry.Tool, entry.Scope, entry.Price, entry.OnFailure, entry.OnCancellation)));
    }

    private static object Facts(ToolPolicy policy) => (policy.Scope, policy.Price.ToString(), policy.OnFailure, policy.OnCancellation, policy.IsPublic);
}
