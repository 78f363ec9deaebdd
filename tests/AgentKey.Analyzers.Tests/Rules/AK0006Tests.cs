using AgentKey.Analyzers.Tests.Checking;
using AgentKey.Generators.Analyzers;

namespace AgentKey.Analyzers.Tests.Rules;

/// <summary>A tool with a type that nobody fills in.</summary>
public sealed class AK0006Tests
{
    [Fact]
    public Task Flags_generic_tools_and_tools_of_generic_classes() => Rule<ToolShapeAnalyzer>.CheckAsync("""
        public class Tools
        {
            [AgentScope("demo.generic")]
            public T {|AK0006:Generic|}<T>(T x) => x;
        }

        public class GenericTools<T>
        {
            [AgentScope("demo.read")]
            public int {|AK0006:Read|}() => 1;

            public class Inner
            {
                [AgentScope("demo.write")]
                public int {|AK0006:Write|}() => 1;
            }
        }
        """);

    [Fact]
    public Task Flags_a_generic_class_that_inherits_tools() => Rule<ToolShapeAnalyzer>.CheckAsync("""
        public class Tools
        {
            [AgentScope("demo.read")]
            public int Read() => 1;
        }

        public class {|AK0006:Generic|}<T> : Tools;

        public abstract class Abstract<T> : Tools;

        public class Closed : Abstract<int>;
        """);

    [Fact]
    public Task Does_not_flag_an_abstract_class_that_closed_ones_inherit() => Rule<ToolShapeAnalyzer>.CheckAsync("""
        public abstract class Base<T>
        {
            [AgentScope("demo.echo")]
            public T Echo(T x) => x;

            [AgentScope("demo.kind")]
            public static string {|AK0006:Kind|}() => typeof(T).Name;

            [AgentScope("demo.convert")]
            public U {|AK0006:Convert|}<U>(T x) => default!;
        }

        public class Texts : Base<string>;
        """);

    [Fact]
    public Task Does_not_flag_closed_types() => Rule<ToolShapeAnalyzer>.CheckAsync("""
        public class Tools : List<int>
        {
            [AgentScope("demo.closed")]
            public List<string> Closed(Dictionary<string, int> x) => new(x.Keys);

            public T Untagged<T>(T x) => x;
        }
        """);
}
