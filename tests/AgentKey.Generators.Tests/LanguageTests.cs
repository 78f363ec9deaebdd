using AgentKey.Generators.Tests.Compiling;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace AgentKey.Generators.Tests;

/// <summary>What is generated compiles without a warning in whatever project it lands in.</summary>
public sealed class LanguageTests
{
    private const string Source = """
        using System;
        using System.Collections.Generic;
        using System.Runtime.CompilerServices;
        using System.Threading;
        using System.Threading.Tasks;
        using AgentKey.Agents;
        using AgentKey.Money;

        /// <summary>Tools.</summary>
        public class Tools
        {
            /// <summary>Now obsolete.</summary>
            [Obsolete("gone soon"), AgentScope("demo.old")]
            public string Old(string text, params int[] rest) => text + rest.Length;

            /// <summary>Finds.</summary>
            [AgentScope("demo.find"), Cost(1)]
            public Task<string> FindAsync(string name, string fallback = null!, CancellationToken token = default) => Task.FromResult(name ?? fallback);

            /// <summary>Streams.</summary>
            [AgentScope("demo.stream"), Cost(UpTo = 0.5)]
            public async IAsyncEnumerable<int> StreamAsync([EnumeratorCancellation] CancellationToken token = default)
            {
                await Task.Delay(0, token);
                yield return 1;
            }

            /// <summary>Lists.</summary>
            [AgentScope("demo.list"), Cost(1)]
            public IEnumerable<string> List() => null!;

            /// <summary>Lists.</summary>
            [AgentScope("demo.list"), Cost(1)]
            public Task<System.Collections.IEnumerable> ListAsync(int most) => null!;

            /// <summary>Lists.</summary>
            [AgentScope("demo.list"), Cost(typeof(DynamicRule))]
            public ValueTask<IEnumerable<dynamic>> ListAsync(dynamic which) => default;

            /// <summary>Decides.</summary>
            [AgentScope("demo.decide"), Cost(typeof(DynamicRule))]
            public dynamic Decide(dynamic which, string text) => which;

        #pragma warning disable CS8632 // Also where annotations are off.
            /// <summary>Decides, or does not.</summary>
            [AgentScope("demo.decide"), Cost(typeof(DynamicRule))]
            public dynamic? Decide(dynamic which, int times) => which;

            /// <summary>Decides, or does not.</summary>
            [AgentScope("demo.decide"), Cost(1)]
            public Task<dynamic?> DecideAsync(int times) => null!;
        #pragma warning restore CS8632

            /// <summary>Chats.</summary>
            [AgentScope("demo.chat"), Cost(typeof(Rule), OnFailure = FailureOutcome.Keep)]
            public object Chat(string text, long count) => text + count;

            /// <summary>Does nothing.</summary>
            [AgentScope("demo.nothing"), Cost(typeof(Rule))]
            public void Nothing(string text, long count)
            {
            }

            /// <summary>Counts.</summary>
            [AgentScope("demo.count"), Cost(0.2, Per = nameof(count), PerUnits = 1000)]
            public ValueTask CountAsync(short count) => default;

            /// <summary>Helps.</summary>
            [AgentPublic]
            public virtual string Help() => "";
        }

        /// <summary>More tools.</summary>
        public class MoreTools : Tools
        {
            /// <summary>Helps more.</summary>
            public override string Help() => "more";
        }

        /// <summary>A rule for what is known at run time only.</summary>
        public static class DynamicRule
        {
            /// <summary>Before.</summary>
            public static Cost Price(object which) => default;

            /// <summary>After.</summary>
            public static Cost Settle(dynamic which, object result) => default;
        }

        /// <summary>A rule.</summary>
        public static class Rule
        {
            /// <summary>Before.</summary>
            public static Cost Price(string text) => Cost.FromCents(text.Length);

            /// <summary>After.</summary>
            public static Cost Settle(long count, string text = "") => Cost.FromCents(count);
        }
        """;

    public static MatrixTheoryData<LanguageVersion, NullableContextOptions> Settings => new(
        [LanguageVersion.CSharp9, LanguageVersion.CSharp10, LanguageVersion.CSharp11, LanguageVersion.CSharp12, LanguageVersion.CSharp13, LanguageVersion.CSharp14],
        [NullableContextOptions.Enable, NullableContextOptions.Disable]);

    [Theory]
    [MemberData(nameof(Settings))]
    public void Guarded_tools_compile_without_a_warning(LanguageVersion language, NullableContextOptions nullable)
    {
        var run = GeneratorRun.Of(Source, new CompilerSettings { Language = language, Nullable = nullable });

        Assert.Equal(13, run.Type("GuardedTools")!.GetMembers().Count(member => member is IMethodSymbol { MethodKind: MethodKind.Ordinary }));
        Assert.Equal(13, run.Type("GuardedMoreTools")!.GetMembers().Count(member => member is IMethodSymbol { MethodKind: MethodKind.Ordinary }));
        Assert.Empty(run.Complaints);
    }

    [Theory]
    [InlineData("[Optional, DefaultParameterValue(5)] int first, string second", "5")]
    [InlineData("[Optional, DefaultParameterValue(DayOfWeek.Friday)] DayOfWeek first, string second", "5")]
    [InlineData("[Optional, DefaultParameterValue(null)] string? first, int second, int third = 1", "null")]
    public void A_default_may_stand_before_a_parameter_without_one(string parameters, string value)
    {
        var run = GeneratorRun.Of($$"""
            using System;
            using System.Runtime.InteropServices;
            using AgentKey.Agents;

            public class Tools { [AgentScope("demo.read"), Cost(1)] public int Read({{parameters}}) => 1; }
            """);

        Assert.Empty(run.Complaints);
        var parameter = Assert.IsType<IMethodSymbol>(Assert.Single(run.Type("GuardedTools")!.GetMembers("Read")), exactMatch: false).Parameters[0];
        Assert.True(parameter.HasExplicitDefaultValue);
        Assert.Equal(value, parameter.ExplicitDefaultValue?.ToString() ?? "null");
    }

    [Fact]
    public void Twins_compile_without_a_warning_in_an_assembly_that_is_compliant()
    {
        var run = GeneratorRun.Of("""
            using System;
            using System.Threading.Tasks;
            using AgentKey.Agents;

            [assembly: CLSCompliant(true)]

            public class ListAttribute : Attribute
            {
                public ListAttribute() { }

                internal ListAttribute(params string[] texts) => Texts = texts;

                public string[] Texts { get; } = [];
            }

            public class Tools
            {
                [AgentScope("demo.plain"), Cost(1)]
                public Task<int> Plain(string text) => Task.FromResult(text.Length);

            #pragma warning disable CS3001, CS3002, CS3005, CS3006, CS3008, CS3016
                [AgentScope("demo.odd"), Cost(1), List("a", "b")]
                public Task<ulong> _Odd(uint number) => Task.FromResult<ulong>(number);

                [AgentScope("demo.case"), Cost(1)]
                public Task PLAIN(string text) => Task.CompletedTask;

                [AgentScope("demo.ranks"), Cost(1)]
                public Task Ranks(int[] numbers) => Task.CompletedTask;

                [AgentScope("demo.ranks"), Cost(1)]
                public Task Ranks(int[,] numbers) => Task.CompletedTask;
            }
            """);

        Assert.NotNull(run.Type("GuardedTools"));
        Assert.Empty(run.Complaints);
    }

    [Fact]
    public void Twins_compile_beside_a_type_that_is_named_as_a_keyword()
    {
        var run = GeneratorRun.Of(
            """
            #pragma warning disable CS8981
            public class var { }

            public class Tools { [AgentKey.Agents.AgentScope("demo.read"), AgentKey.Agents.Cost(1)] public int Read() => 1; }
            """,
            new CompilerSettings { Missing = [] });

        Assert.NotNull(run.Type("GuardedTools"));
        Assert.Empty(run.Complaints);
    }

    [Fact]
    public void A_guard_that_is_claimed_by_hand_is_claimed_once_in_the_twin()
    {
        var run = GeneratorRun.Of("""public class Tools { [AgentKey.Agents.AgentScope("demo.read"), AgentKey.Agents.AgentGuarded] public int Read() => 1; }""");

        Assert.NotNull(run.Type("GuardedTools"));
        Assert.Empty(run.Complaints);
    }
}
