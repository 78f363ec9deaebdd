using AgentKey.Generators.Tests.Compiling;

namespace AgentKey.Generators.Tests;

/// <summary>What a twin repeats of its tool, it can name from where it stands.</summary>
public sealed class NameableTests
{
    private const string Note = "public sealed class NoteAttribute : Attribute { public NoteAttribute(object? what) { } }";

    [Theory]
    [InlineData("[Own] public int Odd() => 1; private sealed class OwnAttribute : Attribute;")]
    [InlineData("[FileOnly] public int Odd() => 1;")]
    [InlineData("[Of<Secret>] public int Odd() => 1; private class Secret;")]
    [InlineData("[OuterNote.Nested] public int Odd() => 1;")]
    [InlineData("public int Odd([FileOnly] int number) => 1;")]
    [InlineData("[Note(typeof(Dictionary<,>))] public int Odd() => 1;")]
    [InlineData("[Note(new object[] { typeof(int[]), DayOfWeek.Friday })] public int Odd() => 1;")]
    public void An_attribute_of_ones_own_is_left_out(string method)
    {
        var run = Run(method);

        Assert.NotEmpty(run.Type("GuardedTools")!.GetMembers("Odd"));
        Assert.Empty(run.Complaints);
    }

    [Theory]
    [InlineData("[Note(typeof(Secret))] public int Odd() => 1; private class Secret;")]
    [InlineData("[Note(typeof(List<Secret>[]))] public int Odd() => 1; protected class Secret;")]
    [InlineData("[Note(typeof(FileOnlyAttribute))] public int Odd() => 1;")]
    [InlineData("[Note(new object[] { Mode.Fast })] public int Odd() => 1; private enum Mode { Fast }")]
    [InlineData("[return: Note(typeof(Secret))] public int Odd() => 1; private class Secret;")]
    [InlineData("public int Odd([Note(typeof(Secret))] int number) => 1; private class Secret;")]
    [InlineData("[Cost(typeof(Secret))] public int Odd() => 1; private static class Secret { public static AgentKey.Money.Cost Price() => default; }")]
    [InlineData("[Cost(typeof(FilePrice))] public int Odd() => 1;")]
    public void What_needs_a_name_that_the_twin_cannot_say_gets_none(string method)
    {
        var run = Run(method);

        Assert.NotEmpty(run.Type("GuardedTools")!.GetMembers("Even"));
        Assert.Empty(run.Type("GuardedTools")!.GetMembers("Odd"));
        Assert.DoesNotContain(run.Complaints, complaint => complaint.Contains(": error", StringComparison.Ordinal));
    }

    [Fact]
    public void An_attribute_that_only_its_own_class_can_make_is_left_out()
    {
        var run = GeneratorRun.Of("""
            public sealed class OwnAttribute : System.Attribute
            {
                private OwnAttribute() { }

                public class Tools { [AgentKey.Agents.AgentScope("demo.read"), Own] public int Read() => 1; }
            }
            """);

        Assert.NotNull(run.Type("GuardedOwnAttributeTools"));
        Assert.Empty(run.Complaints);
    }

    [Fact]
    public void A_class_with_such_an_attribute_gets_no_twin() =>
        Assert.Null(Run("public int Odd() => 1;", "[Note(typeof(FileOnlyAttribute))]").Type("GuardedTools"));

    private static GeneratorRun Run(string method, string attributes = "") => GeneratorRun.Of($$"""
        using System;
        using System.Collections.Generic;
        using AgentKey.Agents;

        {{Note}}
        public sealed class OfAttribute<T> : Attribute;
        public class OuterNote { protected internal sealed class NestedAttribute : Attribute; }
        file sealed class FileOnlyAttribute : Attribute;
        file static class FilePrice { public static AgentKey.Money.Cost Price() => default; }

        {{attributes}}
        public class Tools
        {
            [AgentScope("demo.even")] public int Even() => 2;
            [AgentScope("demo.odd")] {{method}}
        }
        """);
}
