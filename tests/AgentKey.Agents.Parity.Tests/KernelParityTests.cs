using Microsoft.SemanticKernel;

namespace AgentKey.Agents.Parity.Tests;

/// <summary>What a kernel knows of a guarded function is what it would know of the raw one.</summary>
public sealed class KernelParityTests
{
    public static TheoryData<string> Samples => [.. Twin.With<KernelFunctionAttribute>()];

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_function_looks_the_same(string sample)
    {
        var twin = Twin.Samples[sample];
        var raw = KernelFunctionFactory.CreateFromMethod(twin.Raw, twin.RawTarget);
        var guarded = KernelFunctionFactory.CreateFromMethod(twin.Guarded, twin.GuardedTarget);

        Assert.Equal((raw.Name, raw.Description, raw.JsonSchema.GetRawText()), (guarded.Name, guarded.Description, guarded.JsonSchema.GetRawText()));
        Assert.Equal(raw.Metadata.Parameters.Select(Describe), guarded.Metadata.Parameters.Select(Describe));
        Assert.Equal(Describe(raw.Metadata.ReturnParameter), Describe(guarded.Metadata.ReturnParameter));
    }

    private static string Describe(KernelParameterMetadata parameter) =>
        $"{parameter.ParameterType} {parameter.Name} = {parameter.DefaultValue ?? "null"} {parameter.IsRequired} {parameter.Description} {parameter.Schema}";

    private static string Describe(KernelReturnParameterMetadata parameter) => $"{parameter.ParameterType} {parameter.Description} {parameter.Schema}";
}
