using AgentKey.Analyzers.Tests.Checking;
using AgentKey.CodeFixes;
using AgentKey.Generators.Analyzers;

namespace AgentKey.Analyzers.Tests.Rules;

/// <summary>Paid work that goes on after its caller has left.</summary>
public sealed class AK0013Tests
{
    [Fact]
    public Task Flags_a_charged_asynchronous_tool_without_a_token() => Rule<CancellationAnalyzer>.CheckAsync("""
        public class Tools
        {
            [AgentScope("proxy.chat"), Cost(15)]
            public Task<string> {|AK0013:ChatAsync|}(string prompt) => Task.FromResult(prompt);

            [AgentScope("proxy.send"), Cost(15)]
            public ValueTask {|AK0013:SendAsync|}() => default;
        }
        """);

    [Fact]
    public Task Does_not_flag_what_takes_a_token_is_free_or_ends_at_once() => Rule<CancellationAnalyzer>.CheckAsync("""
        public class Tools
        {
            [AgentScope("proxy.chat"), Cost(15)]
            public Task<string> ChatAsync(string prompt, CancellationToken ct) => Task.FromResult(prompt);

            [AgentScope("proxy.list")]
            public Task ListAsync() => Task.CompletedTask;

            [AgentScope("proxy.free"), Cost(0)]
            public Task FreeAsync() => Task.CompletedTask;

            [AgentScope("proxy.count"), Cost(15)]
            public int Count() => 1;
        }
        """);

    [Fact]
    public Task Does_not_flag_what_has_a_token_already_or_whose_signature_is_not_its_own() => Rule<CancellationAnalyzer>.CheckAsync("""
        namespace Grpc.Core { public abstract class ServerCallContext; }

        namespace Microsoft.AspNetCore.Http { public abstract class HttpContext; }

        public class OwnContext : Grpc.Core.ServerCallContext;

        public abstract class Base { public abstract Task ChatAsync(); }

        public interface IBase { Task SendAsync(); Task ReadAsync(); }

        public class Tools : Base, IBase
        {
            [AgentScope("proxy.call"), Cost(15)]
            public Task CallAsync(string text, Grpc.Core.ServerCallContext context) => Task.CompletedTask;

            [AgentScope("proxy.own"), Cost(15)]
            public Task OwnAsync(OwnContext context) => Task.CompletedTask;

            [AgentScope("proxy.get"), Cost(15)]
            public Task GetAsync(Microsoft.AspNetCore.Http.HttpContext context) => Task.CompletedTask;

            [AgentScope("proxy.chat"), Cost(15)]
            public override Task ChatAsync() => Task.CompletedTask;

            [AgentScope("proxy.send"), Cost(15)]
            public Task SendAsync() => Task.CompletedTask;

            [AgentScope("proxy.read"), Cost(15)]
            Task IBase.ReadAsync() => Task.CompletedTask;

            [AgentScope("proxy.mine"), Cost(15)]
            public Task {|AK0013:MineAsync|}() => Task.CompletedTask;
        }
        """);

    [Fact]
    public Task Takes_a_token_and_passes_it_on() => Rule<CancellationAnalyzer>.FixAsync<TakeCancellationFix>(
        """
        public static class Upstream
        {
            public static Task<string> AskAsync(string prompt, CancellationToken token = default) => Task.FromResult(prompt);

            public static Task<string> WaitAsync(this string prompt, int seconds = 1, CancellationToken token = default) => Task.FromResult(prompt);
        }

        public class Tools
        {
            [AgentScope("proxy.chat"), Cost(15)]
            public async Task<string> {|AK0013:ChatAsync|}(string prompt) => await Upstream.AskAsync(await prompt.WaitAsync());

            [AgentScope("proxy.send"), Cost(15)]
            public async Task {|AK0013:SendAsync|}()
            {
                await Task.Yield();
                await "x".WaitAsync(2);
            }
        }
        """,
        """
        public static class Upstream
        {
            public static Task<string> AskAsync(string prompt, CancellationToken token = default) => Task.FromResult(prompt);

            public static Task<string> WaitAsync(this string prompt, int seconds = 1, CancellationToken token = default) => Task.FromResult(prompt);
        }

        public class Tools
        {
            [AgentScope("proxy.chat"), Cost(15)]
            public async Task<string> ChatAsync(string prompt, CancellationToken cancellationToken = default) => await Upstream.AskAsync(await prompt.WaitAsync(token: cancellationToken), cancellationToken);

            [AgentScope("proxy.send"), Cost(15)]
            public async Task SendAsync(CancellationToken cancellationToken = default)
            {
                await Task.Yield();
                await "x".WaitAsync(2, cancellationToken);
            }
        }
        """);

    [Fact]
    public Task Passes_the_token_where_it_can_be_named() => Rule<CancellationAnalyzer>.FixAsync<TakeCancellationFix>(
        """
        public class Tools
        {
            [AgentScope("proxy.chat"), Cost(15)]
            public async Task {|AK0013:ChatAsync|}(string cancellationToken)
            {
                await AskAsync();
                await OwnAsync();
                Func<Task> own = static () => AskAsync();
                await own();

                static async Task OwnAsync() => await AskAsync();
            }

            private static Task AskAsync(CancellationToken token = default) => Task.CompletedTask;
        }
        """,
        """
        public class Tools
        {
            [AgentScope("proxy.chat"), Cost(15)]
            public async Task ChatAsync(string cancellationToken, CancellationToken cancellationToken2 = default)
            {
                await AskAsync(cancellationToken2);
                await OwnAsync();
                Func<Task> own = static () => AskAsync();
                await own();

                static async Task OwnAsync() => await AskAsync();
            }

            private static Task AskAsync(CancellationToken token = default) => Task.CompletedTask;
        }
        """);

    [Fact]
    public Task Calls_the_overload_that_takes_a_token() => Rule<CancellationAnalyzer>.FixAsync<TakeCancellationFix>(
        """
        public class Tools
        {
            [AgentScope("proxy.wait"), Cost(15)]
            public Task {|AK0013:WaitAsync|}() => Task.Delay(5);

            [AgentScope("proxy.chat"), Cost(15)]
            public async Task<string> {|AK0013:ChatAsync|}(System.Net.Http.HttpClient? http, System.IO.TextReader reader, string prompt)
            {
                var length = await Task.Run(() => prompt.Length);
                var line = await reader.ReadLineAsync().ConfigureAwait(false);
                await http!.GetStringAsync(requestUri: prompt);
                await (http?.GetStringAsync(prompt) ?? Task.FromResult(""));
                return await reader.ReadToEndAsync() + line + length + "x".Ask();
            }
        }

        public static class Upstream
        {
            public static string Ask(this string prompt) => prompt;

            public static string Ask(this string prompt, CancellationToken token) => prompt;
        }
        """,
        """
        public class Tools
        {
            [AgentScope("proxy.wait"), Cost(15)]
            public Task WaitAsync(CancellationToken cancellationToken = default) => Task.Delay(5, cancellationToken);

            [AgentScope("proxy.chat"), Cost(15)]
            public async Task<string> ChatAsync(System.Net.Http.HttpClient? http, System.IO.TextReader reader, string prompt, CancellationToken cancellationToken = default)
            {
                var length = await Task.Run(() => prompt.Length, cancellationToken);
                var line = await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false);
                await http!.GetStringAsync(requestUri: prompt, cancellationToken: cancellationToken);
                await (http?.GetStringAsync(prompt, cancellationToken) ?? Task.FromResult(""));
                return await reader.ReadToEndAsync(cancellationToken) + line + length + "x".Ask(cancellationToken);
            }
        }

        public static class Upstream
        {
            public static string Ask(this string prompt) => prompt;

            public static string Ask(this string prompt, CancellationToken token) => prompt;
        }
        """);

    [Fact]
    public Task Does_not_call_an_overload_that_is_another_method() => Rule<CancellationAnalyzer>.FixAsync<TakeCancellationFix>(
        """
        public class Tools
        {
            [AgentScope("proxy.chat"), Cost(15)]
            public Task {|AK0013:ChatAsync|}(System.IO.TextReader reader, Other other) => Task.WhenAll(
                reader.ReadLineAsync(), other.AskAsync("x"), other.SendAsync(1), other.HideAsync(), other.EndAsync(), other.ListAsync(1, 2));
        }

        public class Other
        {
            public Task AskAsync(string prompt) => Task.CompletedTask;

            public Task AskAsync(object prompt, CancellationToken token) => Task.CompletedTask;

            public Task SendAsync(int count, int times = 1) => Task.CompletedTask;

            public Task SendAsync(int count, int times, CancellationToken token) => Task.CompletedTask;

            public Task HideAsync() => Task.CompletedTask;

            private Task HideAsync(CancellationToken token) => Task.CompletedTask;

            public Task EndAsync() => Task.CompletedTask;

            [Obsolete("It ends by itself.")]
            public Task EndAsync(CancellationToken token) => Task.CompletedTask;

            public Task ListAsync(params int[] numbers) => Task.CompletedTask;

            public Task ListAsync(int[] numbers, CancellationToken token) => Task.CompletedTask;
        }
        """,
        """
        public class Tools
        {
            [AgentScope("proxy.chat"), Cost(15)]
            public Task ChatAsync(System.IO.TextReader reader, Other other, CancellationToken cancellationToken = default) => Task.WhenAll(
                reader.ReadLineAsync(), other.AskAsync("x"), other.SendAsync(1), other.HideAsync(), other.EndAsync(), other.ListAsync(1, 2));
        }

        public class Other
        {
            public Task AskAsync(string prompt) => Task.CompletedTask;

            public Task AskAsync(object prompt, CancellationToken token) => Task.CompletedTask;

            public Task SendAsync(int count, int times = 1) => Task.CompletedTask;

            public Task SendAsync(int count, int times, CancellationToken token) => Task.CompletedTask;

            public Task HideAsync() => Task.CompletedTask;

            private Task HideAsync(CancellationToken token) => Task.CompletedTask;

            public Task EndAsync() => Task.CompletedTask;

            [Obsolete("It ends by itself.")]
            public Task EndAsync(CancellationToken token) => Task.CompletedTask;

            public Task ListAsync(params int[] numbers) => Task.CompletedTask;

            public Task ListAsync(int[] numbers, CancellationToken token) => Task.CompletedTask;
        }
        """);

    [Theory]
    [InlineData("public class Tools { TAG public TOOL } public interface IBase { Task ChatAsync(); } public class Derived : Tools, IBase;")]
    [InlineData("public class Tools { TAG public virtual TOOL } public class Derived : Tools { public override Task ChatAsync() => Task.CompletedTask; }")]
    [InlineData("public interface IBase { TAG Task {|AK0013:ChatAsync|}(); } public class Tools : IBase { public Task ChatAsync() => Task.CompletedTask; }")]
    [InlineData("public partial class Tools { TAG public partial Task {|AK0013:ChatAsync|}(); public partial Task ChatAsync() => Task.CompletedTask; }")]
    public Task Does_not_change_what_others_call(string source) => StaysAsync(source);

    [Theory]
    [InlineData("public class Tools { TAG public TOOL public Task ChatAsync(CancellationToken token) => Task.CompletedTask; }")]
    [InlineData("public class Tools { TAG public Task {|AK0013:ChatAsync|}(string? x) => ChatAsync(x, default); public Task ChatAsync(string x, CancellationToken token) => Task.CompletedTask; }")]
    [InlineData("public class Base { public Task ChatAsync(CancellationToken token) => Task.CompletedTask; } public class Tools : Base { TAG public TOOL }")]
    public Task Does_not_repeat_an_overload(string source) => StaysAsync(source);

    [Fact]
    public Task Takes_a_token_beside_an_overload_of_other_parameters() => Rule<CancellationAnalyzer>.FixAsync<TakeCancellationFix>(
        """
        public class Tools
        {
            [AgentScope("proxy.chat"), Cost(15)]
            public virtual Task {|AK0013:ChatAsync|}(string prompt) => Task.CompletedTask;

            public Task ChatAsync(int prompt, CancellationToken token) => Task.CompletedTask;
        }
        """,
        """
        public class Tools
        {
            [AgentScope("proxy.chat"), Cost(15)]
            public virtual Task ChatAsync(string prompt, CancellationToken cancellationToken = default) => Task.CompletedTask;

            public Task ChatAsync(int prompt, CancellationToken token) => Task.CompletedTask;
        }
        """);

    private static Task StaysAsync(string source)
    {
        var written = source
            .Replace("TAG", """[AgentScope("proxy.chat"), Cost(15)]""", StringComparison.Ordinal)
            .Replace("TOOL", "Task {|AK0013:ChatAsync|}() => Task.CompletedTask;", StringComparison.Ordinal);
        return Rule<CancellationAnalyzer>.FixAsync<TakeCancellationFix>(written, written);
    }
}
