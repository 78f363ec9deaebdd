using AgentKey.Analyzers.Tests.Checking;
using AgentKey.CodeFixes;
using AgentKey.Generators.Analyzers;

namespace AgentKey.Analyzers.Tests.Rules;

/// <summary>A stream that MCP would charge for and then fail to send.</summary>
public sealed class AK0014Tests
{
    [Fact]
    public Task Flags_an_MCP_tool_that_returns_a_stream() => Rule<StreamAnalyzer>.CheckAsync("""
        public class Tools
        {
            [McpServerTool, AgentScope("proxy.count")]
            public async IAsyncEnumerable<int> {|AK0014:CountAsync|}()
            {
                await Task.Yield();
                yield return 1;
            }
        }
        """);

    [Fact]
    public Task Does_not_flag_lists_or_streams_of_other_frameworks() => Rule<StreamAnalyzer>.CheckAsync("""
        public class Tools
        {
            [McpServerTool, AgentScope("proxy.list")]
            public Task<List<int>> ListAsync() => Task.FromResult(new List<int>());

            [KernelFunction, AgentScope("proxy.stream")]
            public async IAsyncEnumerable<int> StreamAsync()
            {
                await Task.Yield();
                yield return 1;
            }
        }
        """);

    [Fact]
    public Task Collects_the_stream_into_a_list() => Rule<StreamAnalyzer>.FixAsync<CollectStreamFix>(
        """
        using System.Runtime.CompilerServices;

        public class Tools
        {
            [McpServerTool, AgentScope("proxy.count")]
            public async IAsyncEnumerable<int> {|AK0014:CountAsync|}(int to, [EnumeratorCancellation] CancellationToken token = default)
            {
                for (var i = 0; i < to; i++)
                {
                    await Task.Delay(1, token);
                    yield return i;
                }
            }

            [McpServerTool, AgentScope("proxy.again")]
            public IAsyncEnumerable<int> {|AK0014:Again|}(int[] numbers) => numbers.ToAsyncEnumerable();
        }
        """,
        """
        using System.Runtime.CompilerServices;

        public class Tools
        {
            [McpServerTool, AgentScope("proxy.count")]
            public async Task<List<int>> CountAsync(int to, CancellationToken token = default)
            {
                var items = new List<int>();
                await foreach (var item in Stream())
                {
                    items.Add(item);
                }

                return items;

                async IAsyncEnumerable<int> Stream()
                {
                    for (var i = 0; i < to; i++)
                    {
                        await Task.Delay(1, token);
                        yield return i;
                    }
                }
            }

            [McpServerTool, AgentScope("proxy.again")]
            public async Task<List<int>> Again(int[] numbers)
            {
                var items = new List<int>();
                await foreach (var item in Stream())
                {
                    items.Add(item);
                }

                return items;

                IAsyncEnumerable<int> Stream() => numbers.ToAsyncEnumerable();
            }
        }
        """);

    [Fact]
    public Task Keeps_what_is_said_of_the_items_and_the_token() => Rule<StreamAnalyzer>.FixAsync<CollectStreamFix>(
        """
        using System.Runtime.CompilerServices;

        public class Tools
        {
            [McpServerTool, AgentScope("proxy.names")]
            public async IAsyncEnumerable<string?> {|AK0014:Names|}(string? name, [EnumeratorCancellation, Description("Stops it.")] CancellationToken token)
            {
                await Task.Delay(1, token);
                yield return name;
            }

            [McpServerTool, AgentScope("proxy.lists")]
            public async IAsyncEnumerable<List<string?>> {|AK0014:Lists|}([Description("Stops it.")][EnumeratorCancellation] CancellationToken token)
            {
                await Task.Delay(1, token);
                yield return [null];
            }
        }
        """,
        """
        using System.Runtime.CompilerServices;

        public class Tools
        {
            [McpServerTool, AgentScope("proxy.names")]
            public async Task<List<string?>> Names(string? name, [Description("Stops it.")] CancellationToken token)
            {
                var items = new List<string?>();
                await foreach (var item in Stream())
                {
                    items.Add(item);
                }

                return items;

                async IAsyncEnumerable<string?> Stream()
                {
                    await Task.Delay(1, token);
                    yield return name;
                }
            }

            [McpServerTool, AgentScope("proxy.lists")]
            public async Task<List<List<string?>>> Lists([Description("Stops it.")] CancellationToken token)
            {
                var items = new List<List<string?>>();
                await foreach (var item in Stream())
                {
                    items.Add(item);
                }

                return items;

                async IAsyncEnumerable<List<string?>> Stream()
                {
                    await Task.Delay(1, token);
                    yield return [null];
                }
            }
        }
        """);

    [Fact]
    public Task Takes_names_that_are_free() => Rule<StreamAnalyzer>.FixAsync<CollectStreamFix>(
        """
        public class Tools
        {
            [McpServerTool, AgentScope("proxy.again")]
            public async IAsyncEnumerable<int> {|AK0014:Again|}(int[] items, int item)
            {
                await Stream();
                yield return items[item];
            }

            private static Task Stream() => Task.CompletedTask;
        }
        """,
        """
        public class Tools
        {
            [McpServerTool, AgentScope("proxy.again")]
            public async Task<List<int>> Again(int[] items, int item)
            {
                var items2 = new List<int>();
                await foreach (var item2 in Stream2())
                {
                    items2.Add(item2);
                }

                return items2;

                async IAsyncEnumerable<int> Stream2()
                {
                    await Stream();
                    yield return items[item];
                }
            }

            private static Task Stream() => Task.CompletedTask;
        }
        """);

    [Theory]
    [InlineData("public abstract class Base { public abstract IAsyncEnumerable<int> Count(); } public class Tools : Base { TAG public override TOOL }")]
    [InlineData("public interface IBase { IAsyncEnumerable<int> Count(); } public class Tools : IBase { TAG public TOOL }")]
    [InlineData("public interface IBase { IAsyncEnumerable<int> Count(); } public class Tools : IBase { TAG IAsyncEnumerable<int> IBase.{|AK0014:Count|}() => null!; }")]
    [InlineData("public class Tools { TAG public virtual TOOL } public class Derived : Tools { public override IAsyncEnumerable<int> Count() => null!; }")]
    public Task Does_not_change_what_others_return(string source)
    {
        var written = source
            .Replace("TAG", """[McpServerTool, AgentScope("proxy.count")]""", StringComparison.Ordinal)
            .Replace("TOOL", "IAsyncEnumerable<int> {|AK0014:Count|}() => null!;", StringComparison.Ordinal);
        return Rule<StreamAnalyzer>.FixAsync<CollectStreamFix>(written, written);
    }
}
