using Microsoft.Extensions.AI;

namespace AgentKey.Agents.Parity.Tests;

/// <summary>What a model is told of a guarded tool as an AI function is what it would be told of the raw one.</summary>
public sealed class AIFunctionParityTests
{
    public static TheoryData<string> Samples => [.. Twin.Samples.Keys];

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_function_looks_the_same(string sample)
    {
        var twin = Twin.Samples[sample];

        Assert.Equal(Describe(AIFunctionFactory.Create(twin.Raw, twin.RawTarget)), Describe(AIFunctionFactory.Create(twin.Guarded, twin.GuardedTarget)));
    }

    private static (string, string, string, string?) Describe(AIFunction function) =>
        (function.Name, function.Description, function.JsonSchema.GetRawText(), function.ReturnJsonSchema?.GetRawText());
}
