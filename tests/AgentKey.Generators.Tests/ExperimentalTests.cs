using AgentKey.Generators.Tests.Compiling;

namespace AgentKey.Generators.Tests;

/// <summary>Whoever tagged an experimental tool has taken its risk already: a generated file does not ask again.</summary>
public sealed class ExperimentalTests
{
    [Theory]
    [InlineData("[Experimental(\"EXP1\")] public class Tools { [AgentScope(\"a.read\"), Cost(1)] public int Read() => 1; }")]
    [InlineData("public class Tools { [Experimental(\"EXP1\"), AgentScope(\"a.read\"), Cost(1)] public int Read() => 1; }")]
    [InlineData("public class Tools { [Experimental(\"EXP1\"), AgentPublic] public int Read() => 1; }")]
    [InlineData("public class Tools { [AgentScope(\"a.read\"), Cost(1)] public int Read(List<New?[]> what) => 1; }")]
    [InlineData("public class Tools { [AgentScope(\"a.read\"), Cost(1)] public Task<New> Read() => null!; }")]
    [InlineData("public class Tools { [AgentScope(\"a.read\"), Cost(1), NewNote] public int Read() => 1; }")]
    [InlineData("public class Tools { [AgentScope(\"a.read\"), Cost(1)] public int Read([Note(typeof(New))] int x) => 1; }")]
    [InlineData("public class Tools { [AgentScope(\"a.read\"), Cost(typeof(NewPrice))] public int Read() => 1; }")]
    [InlineData("[Experimental(\"EXP1\")] public class Outer { public class Tools { [AgentScope(\"a.read\"), Cost(1)] public int Read() => 1; } }")]
    public void A_generated_file_compiles_with_what_is_experimental(string tools)
    {
        var run = GeneratorRun.Of(
            $$"""
            #pragma warning disable EXP1, EXP2
            using System;
            using System.Collections.Generic;
            using System.Diagnostics.CodeAnalysis;
            using System.Threading.Tasks;
            using AgentKey.Agents;

            [Experimental("EXP2")] public class New;
            [Experimental("EXP2")] public sealed class NewNoteAttribute : Attribute;
            public sealed class NoteAttribute(object what) : Attribute { public object What => what; }
            [Experimental("EXP2")] public static class NewPrice { public static AgentKey.Money.Cost Price() => default; }

            {{tools}}
            """,
            new CompilerSettings { Missing = [] });

        Assert.Contains("AgentTools.AI.g.cs", run.Files.Keys);
        Assert.Empty(run.Complaints);
    }
}
