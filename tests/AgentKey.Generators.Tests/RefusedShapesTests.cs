using AgentKey.Generators.Tests.Compiling;

namespace AgentKey.Generators.Tests;

/// <summary>What cannot be guarded gets no twin, so it cannot be registered; its neighbours do.</summary>
public sealed class RefusedShapesTests
{
    public static TheoryData<string> Methods =>
    [
        """[AgentScope("")] public int Odd() => 1;""",
        """[AgentScope("Proxy.Chat")] public int Odd() => 1;""",
        """[AgentScope("proxy.*")] public int Odd() => 1;""",
        """[AgentScope("proxy..chat")] public int Odd() => 1;""",
        """[AgentScope("proxy.chat ")] public int Odd() => 1;""",
        """[AgentScope(null!)] public int Odd() => 1;""",
        """[AgentScope("demo.odd"), Cost(-1)] public int Odd() => 1;""",
        """[AgentScope("demo.odd"), Cost(long.MaxValue)] public int Odd() => 1;""",
        """[AgentScope("demo.odd")] private int Odd() => 1;""",
        """[AgentScope("demo.odd")] protected int Odd() => 1;""",
        """[AgentScope("demo.odd")] public int Odd(ref int x) => x;""",
        """[AgentScope("demo.odd")] public int Odd(out int x) => x = 1;""",
        """[AgentScope("demo.odd")] public int Odd(in int x) => x;""",
        """[AgentScope("demo.odd")] public int Odd(ReadOnlySpan<char> x) => x.Length;""",
        """[AgentScope("demo.odd")] public Span<char> Odd() => default;""",
        """[AgentScope("demo.odd")] public ref int Odd() => ref _field;""",
        """[AgentScope("demo.odd")] public unsafe int Odd(int* x) => 1;""",
        """[AgentScope("demo.odd")] public unsafe int Odd(List<int*[]> x) => 1;""",
        """[AgentScope("demo.odd")] public unsafe int*[] Odd() => null!;""",
        """[AgentScope("demo.odd")] public int Odd(__arglist) => 1;""",
        """[AgentScope("demo.odd"), System.Diagnostics.Conditional("NEVER")] public void Odd() { }""",
        """[AgentScope("demo.odd")] public T Odd<T>(T x) => x;""",
        """[AgentScope("demo.odd")] public async void Odd() => await Task.Yield();""",
        """[AgentScope("demo.odd")] public Stream Odd() => null!;""",
        """[AgentScope("demo.odd")] public Task<IAsyncEnumerable<int>> Odd() => null!;""",
        """[AgentScope("demo.odd")] public IQueryable<int> Odd() => null!;""",
        """[AgentScope("demo.odd")] public Task<IOrderedQueryable<int>> Odd() => null!;""",
        """[AgentScope("demo.odd")] public Task<Task<int>> Odd() => null!;""",
        """[AgentScope("demo.odd")] public ValueTask<Task<int>> Odd() => default;""",
        """[AgentScope("demo.odd")] public Task<ValueTask<int>> Odd() => null!;""",
        """[AgentScope("demo.odd")] public Task<Task> Odd() => null!;""",
        """[AgentScope("demo.odd")] public Task<int>[] Odd() => null!;""",
        """[AgentScope("demo.odd")] public Task<List<Task<int>>> Odd() => null!;""",
        """[AgentScope("demo.odd")] public (int, ValueTask<int>) Odd() => default;""",
        """[AgentScope("demo.odd")] public IAsyncEnumerable<Task<int>> Odd() => null!;""",
        """[AgentScope("demo.odd")] public List<IAsyncEnumerable<int>> Odd() => null!;""",
        """[AgentScope("demo.odd")] public Job Odd() => null!;""",
        """[AgentScope("demo.odd")] public ConfiguredTaskAwaitable<int> Odd() => default;""",
        """[AgentScope("demo.odd")] public IObservable<int> Odd() => null!;""",
        """[AgentScope("demo.odd")] public IOrderedEnumerable<int> Odd() => null!;""",
        """[AgentScope("demo.odd")] public ParallelQuery<int> Odd() => null!;""",
        """[AgentScope("demo.odd")] public IEnumerator<int> Odd() { yield return 1; }""",
        """[AgentScope("demo.odd")] public System.Collections.IEnumerator Odd() { yield return 1; }""",
        """[AgentScope("demo.odd")] public async IAsyncEnumerator<int> Odd() { await Task.Yield(); yield return 1; }""",
        """[AgentScope("demo.odd")] public Lazy<int> Odd() => new(() => 1);""",
        """[AgentScope("demo.odd"), AgentPublic] public int Odd() => 1;""",
        """[AgentPublic, Cost(1)] public int Odd() => 1;""",
        """[AgentScope("demo.odd"), DllImport("libc", EntryPoint = "getpid")] public static extern int Odd();""",
    ];

    public static TheoryData<string> Classes =>
    [
        "public sealed class Odd<T> { TOOL }",
        "public class Outer<T> { public sealed class Odd { TOOL } }",
        "public class Outer { private sealed class Odd { TOOL } }",
        "public class Outer { protected sealed class Odd { TOOL } }",
        "file sealed class Odd { TOOL }",
        "public struct Odd { TOOL }",
        "public interface Odd { TOOL }",
        "public abstract class Odd { TOOL }",
        "public class Odd { TOOL } public class GuardedOdd;",
        "public class Outer { public class Odd { TOOL } } public interface GuardedOuterOdd;",
    ];

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_method_that_cannot_be_guarded_gets_no_twin(string method)
    {
        var run = GeneratorRun.Of($$"""
            using System;
            using System.Collections.Generic;
            using System.Linq;
            using System.Runtime.CompilerServices;
            using System.Runtime.InteropServices;
            using System.Threading;
            using System.Threading.Tasks;
            using AgentKey.Agents;

            public abstract class Stream : IAsyncEnumerable<int>
            {
                public abstract IAsyncEnumerator<int> GetAsyncEnumerator(CancellationToken cancellationToken);
            }

            public class Job() : Task<int>(() => 1);

            public class Tools
            {
                public int _field;

                [AgentScope("demo.even")]
                public int Even() => 2;

                {{method}}
            }
            """);

        var twin = run.Type("GuardedTools")!;
        Assert.NotEmpty(twin.GetMembers("Even"));
        Assert.Empty(twin.GetMembers("Odd"));
    }

    [Theory]
    [MemberData(nameof(Classes))]
    public void A_class_that_cannot_be_guarded_gets_no_twin(string declaration)
    {
        var run = GeneratorRun.Of("using AgentKey.Agents;\n" + declaration.Replace("TOOL", """[AgentScope("demo.odd")] public int Read() => 1;""", StringComparison.Ordinal));

        Assert.Empty(run.Files);
        Assert.Empty(run.Complaints);
    }

    [Theory]
    [InlineData("""[AgentScope("demo.odd")] public override string ToString() => "";""")]
    [InlineData("""[AgentScope("demo.odd")] public override bool Equals(object? other) => true; [AgentScope("demo.odd")] public override int GetHashCode() => 1;""")]
    [InlineData("""[AgentScope("demo.odd")] public static new bool ReferenceEquals(object? one, object? other) => true;""")]
    [InlineData("""[AgentScope("demo.odd")] public new int GetType() => 1;""")]
    [InlineData("""[AgentScope("demo.odd")] public int GuardedTools() => 1;""")]
    public void A_method_whose_name_its_twin_cannot_have_gets_no_twin(string methods)
    {
        var run = GeneratorRun.Of($$"""
            using AgentKey.Agents;

            public class Tools
            {
                {{methods}}
            }
            """);

        Assert.Null(run.Type("GuardedTools"));
        Assert.Empty(run.Complaints);
    }

    [Fact]
    public void A_method_that_a_host_calls_itself_gets_no_twin()
    {
        var run = GeneratorRun.Of("""
            using AgentKey.Agents;

            namespace Microsoft.Azure.Functions.Worker
            {
                public sealed class FunctionAttribute(string name) : System.Attribute
                {
                    public string Name => name;
                }
            }

            namespace CoreWCF
            {
                public sealed class OperationContractAttribute : System.Attribute;
            }

            public interface IService
            {
                [CoreWCF.OperationContract]
                int Send();
            }

            public class Tools : IService
            {
                [Microsoft.Azure.Functions.Worker.Function("run"), AgentScope("demo.run")]
                public int Run() => 1;

                [AgentScope("demo.send")]
                public int Send() => 1;

                [AgentScope("demo.read")]
                public int Read() => 1;
            }
            """);

        var twin = run.Type("GuardedTools")!;
        Assert.Empty(twin.GetMembers("Run"));
        Assert.Empty(twin.GetMembers("Send"));
        Assert.NotEmpty(twin.GetMembers("Read"));
    }

    [Fact]
    public void An_overload_of_a_method_of_object_is_guarded()
    {
        var run = GeneratorRun.Of("""
            public class Tools
            {
                [AgentKey.Agents.AgentScope("demo.text")]
                public string ToString(int number) => "";

                [AgentKey.Agents.AgentScope("demo.same")]
                public bool Equals(string other) => true;
            }
            """);

        Assert.NotEmpty(run.Type("GuardedTools")!.GetMembers("ToString"));
        Assert.NotEmpty(run.Type("GuardedTools")!.GetMembers("Equals"));
        Assert.Empty(run.Complaints);
    }

    [Fact]
    public void An_async_void_method_gets_no_twin_where_only_its_other_part_says_so()
    {
        var run = GeneratorRun.Of("""
            using System.Threading.Tasks;
            using AgentKey.Agents;

            public partial class Tools
            {
                [AgentScope("demo.odd")]
                public partial void Odd();

                public async partial void Odd() => await Task.Yield();
            }
            """);

        Assert.Null(run.Type("GuardedTools"));
    }

    [Fact]
    public void Static_tools_of_an_abstract_class_are_guarded()
    {
        var run = GeneratorRun.Of("""public abstract class Tools { [AgentKey.Agents.AgentScope("demo.read")] public static int Read() => 1; }""");

        Assert.NotNull(run.Type("GuardedTools"));
        Assert.Empty(run.Complaints);
    }

    [Theory]
    [InlineData("public sealed class OuterInner { TOOL } public class Outer { public sealed class Inner { TOOL } }", "GuardedOuterInner")]
    [InlineData("public abstract class Base { TOOL } public sealed class OuterInner : Base; public class Outer { public sealed class Inner { TOOL } }", "GuardedOuterInner")]
    [InlineData("public class A { public class BC { TOOL } } public class AB { public class C { TOOL } }", null)]
    [InlineData("public class OuterInner; public class Outer { public sealed class Inner { TOOL } }", "GuardedOuterInner")]
    public void Of_two_twins_of_one_name_there_is_that_of_the_outer_class_alone(string declarations, string? twin)
    {
        var run = GeneratorRun.Of("using AgentKey.Agents;\n" + declarations.Replace("TOOL", """[AgentScope("demo.odd")] public int Read() => 1;""", StringComparison.Ordinal));

        Assert.Equal(twin is null ? [] : [twin], run.Output.GlobalNamespace.GetTypeMembers().Where(type => type.Name.StartsWith("Guarded", StringComparison.Ordinal)).Select(type => type.Name));
        Assert.Empty(run.Complaints);
    }
}
