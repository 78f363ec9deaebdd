using AgentKey.Generators.Tests.Compiling;
using Microsoft.CodeAnalysis;

namespace AgentKey.Generators.Tests;

/// <summary>A value that the user's code, or another language, has written down comes out of the twin as the same value.</summary>
public sealed class DefaultValueTests
{
    [Theory]
    [InlineData("Old x = Old.Now", 1)]
    [InlineData("New x = New.Now", 1)]
    [InlineData("Gone x = (Gone)1", 1)]
    [InlineData("[System.ComponentModel.DefaultValue(Old.Now)] Old x = Old.Now, int y = 1", 1)]
    public void A_member_that_nobody_may_name_is_not_named(string parameters, int value)
    {
        var run = Run(parameters);

        Assert.Empty(run.Complaints);
        Assert.Equal(value, Parameter(run, "x").ExplicitDefaultValue);
    }

    [Theory]
    [InlineData("[Optional, DateTimeConstant(637134336000000000L)] DateTime x")]
    [InlineData("[Optional, DateTimeConstant(637134336000000000L)] DateTime x, int y = 1")]
    [InlineData("[Optional, DefaultParameterValue(1)] int y, [Optional, DateTimeConstant(637134336000000000L)] DateTime x")]
    public void A_date_is_a_default_by_an_attribute_alone(string parameters)
    {
        var run = Run(parameters);

        Assert.Empty(run.Complaints);
        Assert.Equal(new DateTime(637134336000000000L), Parameter(run, "x").ExplicitDefaultValue);
    }

    [Theory]
    [InlineData("[Optional, DecimalConstant(1, 0, 0, 0, 15)] decimal x, int y", "1.5")]
    [InlineData("[Optional, DecimalConstant(2, 128, 1, 2, 4000000000)] decimal x, int y", "-184467440823.07")]
    [InlineData("[Optional, DecimalConstant(1, 0, 0, 0, 15)] decimal? x, int y", "1.5")]
    public void A_decimal_stands_before_a_parameter_without_a_default(string parameters, string value)
    {
        var run = Run(parameters);

        Assert.Empty(run.Complaints);
        var expected = value == "1.5" ? 1.5m : new decimal(-294967296, 2, 1, true, 2);
        Assert.Equal(expected, Parameter(run, "x").ExplicitDefaultValue);
    }

    private static GeneratorRun Run(string parameters) => GeneratorRun.Of($$"""
        using System;
        using System.Diagnostics.CodeAnalysis;
        using System.Runtime.CompilerServices;
        using System.Runtime.InteropServices;
        using AgentKey.Agents;

        public enum Old { [Obsolete("no", true)] Past = 1, Now = 1 }

        public enum New { [Experimental("DEMO1")] Soon = 1, Now = 1 }

        public enum Gone { [Obsolete("no", true)] Past = 1 }

        public class Tools { [AgentScope("demo.read"), Cost(1)] public int Read({{parameters}}) => 1; }
        """);

    private static IParameterSymbol Parameter(GeneratorRun run, string name) => Assert.Single(
        Assert.IsType<IMethodSymbol>(Assert.Single(run.Type("GuardedTools")!.GetMembers("Read")), exactMatch: false).Parameters, parameter => parameter.Name == name);
}
