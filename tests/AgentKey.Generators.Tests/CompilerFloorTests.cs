using System.Reflection;

namespace AgentKey.Generators.Tests;

/// <summary>A compiler that is older than the generator's reference skips the generator, with no more than a warning.</summary>
public sealed class CompilerFloorTests
{
    // What even the oldest supported compiler brings along.
    private static readonly string[] Brought =
        ["netstandard", "Microsoft.CodeAnalysis", "Microsoft.CodeAnalysis.CSharp", "System.Collections.Immutable", "System.Memory"];

    private static readonly AssemblyName[] References = typeof(AgentToolGenerator).Assembly.GetReferencedAssemblies();

    [Theory]
    [InlineData("Microsoft.CodeAnalysis")]
    [InlineData("Microsoft.CodeAnalysis.CSharp")]
    public void The_generator_loads_in_every_compiler_since_4_8(string name) =>
        Assert.Equal(new Version(4, 8, 0, 0), Assert.Single(References, reference => reference.Name == name).Version);

    [Fact]
    public void The_generator_needs_nothing_that_a_compiler_does_not_bring() =>
        Assert.All(References, reference => Assert.Contains(reference.Name, Brought));
}
