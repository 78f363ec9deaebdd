using AgentKey.Analyzers.Tests.Checking;
using AgentKey.Generators.Analyzers;

namespace AgentKey.Analyzers.Tests.Rules;

/// <summary>A parameter or a result that no agent can send or read.</summary>
public sealed class AK0005Tests
{
    [Fact]
    public Task Flags_references_pointers_and_ref_structs() => Rule<ToolShapeAnalyzer>.CheckAsync("""
        public unsafe class Tools
        {
            private int _field;

            [AgentScope("demo.ref")]
            public int Ref(ref int {|AK0005:x|}) => x;

            [AgentScope("demo.out")]
            public int Out(out int {|AK0005:x|}) => x = 1;

            [AgentScope("demo.in")]
            public int In(in int {|AK0005:x|}) => x;

            [AgentScope("demo.span")]
            public int Span(string fine, ReadOnlySpan<char> {|AK0005:x|}) => x.Length;

            [AgentScope("demo.pointer")]
            public int Pointer(int* {|AK0005:x|}) => 1;

            [AgentScope("demo.pointers")]
            public int Pointers(List<int*[]> {|AK0005:x|}) => 1;

            [AgentScope("demo.span-result")]
            public ReadOnlySpan<char> {|AK0005:SpanResult|}() => default;

            [AgentScope("demo.ref-result")]
            public ref int {|AK0005:RefResult|}() => ref _field;
        }
        """);

    [Fact]
    public Task Does_not_flag_values() => Rule<ToolShapeAnalyzer>.CheckAsync("""
        public class Tools
        {
            [AgentScope("demo.fine")]
            public Task<string> FineAsync(string text, int? count, (int X, int Y) point, CancellationToken token, params int[] rest) =>
                Task.FromResult(text);

            public int Untagged(ref int x) => x;
        }
        """);
}
