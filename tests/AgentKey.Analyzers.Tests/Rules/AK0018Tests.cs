using AgentKey.Analyzers.Tests.Checking;
using AgentKey.Generators.Analyzers;

namespace AgentKey.Analyzers.Tests.Rules;

/// <summary>A tagged method that nothing guards.</summary>
public sealed class AK0018Tests
{
    [Fact]
    public Task Flags_what_has_no_body_or_no_name() => Rule<ToolShapeAnalyzer>.CheckAsync("""
        public interface ITools
        {
            [{|AK0018:AgentScope("demo.interface")|}]
            int Interface();
        }

        public abstract class AbstractTools
        {
            [{|AK0018:AgentScope("demo.abstract")|}]
            public abstract int Abstract();
        }

        public static class ExternTools
        {
            [{|AK0018:AgentScope("demo.extern")|}, System.Runtime.InteropServices.DllImport("libc", EntryPoint = "getpid")]
            public static extern int Extern();
        }

        public struct StructTools
        {
            [{|AK0018:AgentScope("demo.struct")|}]
            public int Struct() => 1;
        }

        public class Outer
        {
            private class PrivateTools
            {
                [{|AK0018:AgentScope("demo.private")|}]
                public int Private() => 1;
            }
        }

        file class FileTools
        {
            [{|AK0018:AgentScope("demo.file")|}]
            public int File() => 1;
        }
        """);

    [Fact]
    public Task Flags_a_stream_that_the_twin_would_not_see_as_one() => Rule<ToolShapeAnalyzer>.CheckAsync("""
        public abstract class Numbers : IAsyncEnumerable<int>
        {
            public abstract IAsyncEnumerator<int> GetAsyncEnumerator(CancellationToken cancellationToken);
        }

        public class Tools
        {
            [AgentScope("demo.class")]
            public Numbers {|AK0018:OfAClass|}() => null!;

            [AgentScope("demo.task")]
            public Task<IAsyncEnumerable<int>> {|AK0018:InATask|}() => null!;

            [AgentScope("demo.plain")]
            public IAsyncEnumerable<int> Plain() => null!;
        }
        """);

    [Fact]
    public Task Flags_what_the_compiler_would_call_an_overload_for() => Rule<ToolShapeAnalyzer>.CheckAsync("""
        public class Base
        {
            [AgentScope("demo.one")]
            public virtual int {|AK0018:Read|}(int id) => 1;

            [System.Runtime.CompilerServices.OverloadResolutionPriority(1), AgentScope("demo.all")]
            public int Read(long id) => 1;
        }

        public class Tools : Base
        {
            public override int {|AK0018:Read|}(int id) => 2;

            public int Read(string id) => 1;
        }
        """);

    [Fact]
    public Task Flags_work_that_nobody_can_wait_for() => Rule<ToolShapeAnalyzer>.CheckAsync("""
        public class Tools
        {
            [AgentScope("demo.query")]
            public Task<IQueryable<int>> {|AK0018:Query|}() => null!;

            [AgentScope("demo.ordered")]
            public IOrderedEnumerable<int> {|AK0018:Ordered|}() => null!;

            [AgentScope("demo.walk")]
            public IEnumerator<int> {|AK0018:Walk|}() { yield return 1; }

            [AgentScope("demo.lazy")]
            public Lazy<int> {|AK0018:Lazy|}() => null!;

            [AgentScope("demo.list")]
            public IEnumerable<int> List() { yield return 1; }

            [AgentScope("demo.lookup")]
            public Task<ILookup<int, int>> Lookup() => null!;
        }
        """);

    [Fact]
    public Task Flags_work_that_goes_on_when_the_task_has_ended() => Rule<ToolShapeAnalyzer>.CheckAsync("""
        public class Job() : Task<int>(() => 1);

        public class Tools
        {
            [AgentScope("demo.task")]
            public Task<Task<int>> {|AK0018:InATask|}() => null!;

            [AgentScope("demo.valuetask")]
            public ValueTask<Task> {|AK0018:InAValueTask|}() => default;

            [AgentScope("demo.list")]
            public Task<List<ValueTask<int>>> {|AK0018:InAList|}() => null!;

            [AgentScope("demo.stream")]
            public IAsyncEnumerable<Task<int>> {|AK0018:InAStream|}() => null!;

            [AgentScope("demo.job")]
            public Job {|AK0018:OfAClass|}() => null!;

            [AgentScope("demo.events")]
            public IObservable<int> {|AK0018:Events|}() => null!;

            [AgentScope("demo.plain")]
            public Task<List<int>> Plain() => null!;
        }
        """);

    [Fact]
    public Task Flags_a_name_that_the_twin_cannot_have() => Rule<ToolShapeAnalyzer>.CheckAsync("""
        public class Tools
        {
            [AgentScope("demo.text")]
            public override string {|AK0018:ToString|}() => "";

            [AgentScope("demo.type")]
            public new int {|AK0018:GetType|}() => 1;

            [AgentScope("demo.twin")]
            public int {|AK0018:GuardedTools|}() => 1;

            [AgentScope("demo.other")]
            public string ToString(int number) => "";
        }

        public class Outer
        {
            public class Inner
            {
                [AgentScope("demo.read")]
                public int {|AK0018:Read|}() => 1;
            }
        }

        public class GuardedOuterInner;

        public class Base
        {
            [AgentScope("demo.heir")]
            public int GuardedHeir() => 1;
        }

        public class {|AK0018:Heir|} : Base;

        public class {|AK0018:NextHeir|} : Base;

        public class GuardedNextHeir;
        """);

    [Fact]
    public Task Flags_what_a_twin_cannot_call_as_it_is_meant() => Rule<ToolShapeAnalyzer>.CheckAsync("""
        public class Tools
        {
            [AgentScope("demo.rest")]
            public int {|AK0018:Rest|}(__arglist) => 1;

            [AgentScope("demo.debug"), System.Diagnostics.Conditional("NEVER")]
            public virtual void {|AK0018:Debug|}() { }
        }

        public class MoreTools : Tools
        {
            [AgentScope("demo.more")]
            public override void {|AK0018:Debug|}() { }
        }
        """);

    [Fact]
    public Task Flags_an_heir_that_makes_late_work_of_what_is_open() => Rule<ToolShapeAnalyzer>.CheckAsync("""
        public abstract class Base<T>
        {
            [AgentScope("demo.read")]
            public Task<T> Read() => null!;
        }

        public class Numbers : Base<int>;

        public class {|AK0018:Tasks|} : Base<Task<int>>;

        public class {|AK0018:Streams|} : Base<IAsyncEnumerable<int>>;
        """);

    [Fact]
    public Task Does_not_flag_nested_internal_record_or_static_classes() => Rule<ToolShapeAnalyzer>.CheckAsync("""
        public class Outer
        {
            internal class Inner
            {
                [AgentScope("demo.inner")]
                public int Read() => 1;
            }
        }

        public record RecordTools
        {
            [AgentScope("demo.record")]
            public int Read() => 1;
        }

        public static class StaticTools
        {
            [AgentScope("demo.static")]
            public static int Read() => 1;
        }
        """);

    [Fact]
    public Task Flags_an_attribute_that_the_twin_cannot_repeat() => Rule<ToolShapeAnalyzer>.CheckAsync("""
        public sealed class NoteAttribute(object? what) : Attribute
        {
            public object? What => what;
        }

        file enum Mode { Fast }

        public class Tools
        {
            [AgentScope("demo.type"), Note(typeof(Secret))]
            public int {|AK0018:OfAType|}() => 1;

            [AgentScope("demo.array")]
            public int {|AK0018:OfAnArray|}([Note(new object[] { 1, typeof(List<Secret[]>) })] int number) => 1;

            [AgentScope("demo.enum")]
            [return: Note(Mode.Fast)]
            public int {|AK0018:OfAnEnum|}() => 1;

            [AgentScope("demo.open"), Note(typeof(Dictionary<,>))]
            public int Open() => 1;

            private class Secret;
        }

        [Note(typeof(Secret))]
        public class MoreTools
        {
            [AgentScope("demo.class")]
            public int {|AK0018:OfTheClass|}() => 1;

            private class Secret;
        }
        """);

    [Fact]
    public Task Flags_what_a_host_serves_itself_and_nothing_charges() => Rule<ToolShapeAnalyzer>.CheckAsync("""
        namespace Microsoft.AspNetCore.Mvc
        {
            public abstract class ControllerBase;
        }

        namespace Microsoft.AspNetCore.SignalR
        {
            public abstract class Hub;

            public abstract class Hub<T> : Hub;
        }

        namespace Demo
        {
            public class ChatController : Microsoft.AspNetCore.Mvc.ControllerBase
            {
                [AgentScope("demo.action"), Cost(1)]
                public int {|AK0018:Action|}() => 1;

                [AgentPublic]
                public int Free() => 1;
            }

            public class ChatHub : Microsoft.AspNetCore.SignalR.Hub<string>
            {
                [AgentScope("demo.hub"), Cost(1)]
                public int {|AK0018:Send|}() => 1;

                [AgentPublic]
                public int Free() => 1;
            }
        }
        """);

    [Fact]
    public Task Flags_a_method_that_a_host_calls_itself() => Rule<ToolShapeAnalyzer>.CheckAsync("""
        namespace Microsoft.Azure.Functions.Worker
        {
            public sealed class FunctionAttribute(string name) : Attribute
            {
                public string Name => name;
            }
        }

        namespace Microsoft.JSInterop
        {
            public sealed class JSInvokableAttribute : Attribute;
        }

        namespace CoreWCF
        {
            public sealed class OperationContractAttribute : Attribute;
        }

        namespace System.ServiceModel
        {
            public sealed class OperationContractAttribute : Attribute;
        }

        namespace Grpc.Core
        {
            public sealed class BindServiceMethodAttribute(Type type, string name) : Attribute
            {
                public string Name => type.Name + name;
            }
        }

        namespace Demo
        {
            public class Functions
            {
                [Microsoft.Azure.Functions.Worker.Function("chat"), AgentScope("demo.function"), Cost(1)]
                public Task {|AK0018:Chat|}() => null!;

                [Microsoft.Azure.Functions.Worker.Function("free"), AgentPublic]
                public int Free() => 1;

                [Microsoft.JSInterop.JSInvokable, AgentScope("demo.script"), Cost(1)]
                public static int {|AK0018:Script|}() => 1;

                [AgentScope("demo.tool"), Cost(1)]
                public int Tool() => 1;
            }

            public interface IService
            {
                [CoreWCF.OperationContract]
                int Send(string text);

                [System.ServiceModel.OperationContract]
                int Read(string text);

                int Other(string text);
            }

            public class Service : IService
            {
                [AgentScope("demo.send"), Cost(1)]
                public virtual int {|AK0018:Send|}(string text) => 1;

                [AgentScope("demo.read"), Cost(1)]
                public int {|AK0018:Read|}(string text) => 1;

                [AgentScope("demo.other"), Cost(1)]
                public int Other(string text) => 1;

                [AgentScope("demo.overload"), Cost(1)]
                public int Send(int number) => 1;
            }

            public class NextService : Service
            {
                public override int {|AK0018:Send|}(string text) => 1;
            }

            public class Tools
            {
                [AgentScope("demo.send"), Cost(1)]
                public int Send(string text) => 1;

                public int Read(string text) => 1;

                public int Other(string text) => 1;
            }

            public class {|AK0018:ToolService|} : Tools, IService;

            [Grpc.Core.BindServiceMethod(typeof(Greeter), "Bind")]
            public abstract class GreeterBase
            {
                public abstract Task<string> Greet(string name);
            }

            public class Greeter : GreeterBase
            {
                [AgentScope("demo.greet"), Cost(1)]
                public override Task<string> {|AK0018:Greet|}(string name) => null!;
            }

            public class MyApiAttribute : Microsoft.AspNetCore.Mvc.ControllerAttribute;

            [MyApi]
            public class Api
            {
                [AgentScope("demo.api"), Cost(1)]
                public int {|AK0018:Read|}() => 1;
            }
        }

        namespace Microsoft.AspNetCore.Mvc
        {
            public class ControllerAttribute : Attribute;
        }
        """);

    [Fact]
    public Task Flags_what_nothing_can_charge_where_endpoints_are_charged() => Rule<ToolShapeAnalyzer>.CheckAsync(
        """
        namespace Microsoft.AspNetCore.Mvc
        {
            public abstract class ControllerBase;
        }

        namespace Microsoft.AspNetCore.Mvc.RazorPages
        {
            public abstract class PageModel;
        }

        namespace Microsoft.AspNetCore.SignalR
        {
            public abstract class Hub;
        }

        public class ChatController : Microsoft.AspNetCore.Mvc.ControllerBase
        {
            [AgentScope("demo.action"), Cost(1)]
            public int Action() => new Func<int>([AgentScope("demo.lambda")] () => AgentKey.AspNetCore.Adapter.Zero)();

            [AgentScope("demo.query"), Cost(1)]
            public IQueryable<int> Query() => null!;
        }

        public class ChatHub : Microsoft.AspNetCore.SignalR.Hub
        {
            [AgentScope("demo.hub"), Cost(1)]
            public int {|AK0018:Send|}() => 1;
        }

        public class ChatModel : Microsoft.AspNetCore.Mvc.RazorPages.PageModel
        {
            [AgentScope("demo.page"), Cost(1)]
            public void {|AK0018:OnPost|}() { }

            [AgentPublic]
            public void OnGet() { }
        }
        """,
        Library.Compile("namespace AgentKey.AspNetCore; public static class Adapter { public const int Zero = 0; }", isGuarded: false, "AgentKey.AspNetCore"));

    [Fact]
    public Task Flags_what_a_framework_calls_by_its_own_types() => Rule<ToolShapeAnalyzer>.CheckAsync("""
        namespace FastEndpoints
        {
            public abstract class BaseEndpoint;

            public abstract class Endpoint<TRequest> : BaseEndpoint
            {
                public virtual Task HandleAsync(TRequest request, CancellationToken ct) => Task.CompletedTask;
            }

            public interface ICommandHandler<in TCommand>
            {
                Task ExecuteAsync(TCommand command, CancellationToken ct);
            }
        }

        namespace MediatR
        {
            public interface IRequestHandler<in TRequest, TResponse>
            {
                Task<TResponse> Handle(TRequest request, CancellationToken ct);
            }
        }

        namespace MassTransit
        {
            public interface IConsumer<in TMessage>
            {
                Task Consume(TMessage message);
            }
        }

        namespace Demo
        {
            public class ChatEndpoint : FastEndpoints.Endpoint<string>
            {
                [AgentScope("demo.endpoint"), Cost(1)]
                public override Task {|AK0018:HandleAsync|}(string request, CancellationToken ct) => Task.CompletedTask;

                [AgentScope("demo.tool"), Cost(1)]
                public Task Tool(CancellationToken ct) => Task.CompletedTask;
            }

            public class NextEndpoint : ChatEndpoint
            {
                public override Task {|AK0018:HandleAsync|}(string request, CancellationToken ct) => Task.CompletedTask;
            }

            public class FreeEndpoint : FastEndpoints.Endpoint<int>
            {
                [AgentPublic]
                public override Task HandleAsync(int request, CancellationToken ct) => Task.CompletedTask;
            }

            public class Handlers : FastEndpoints.ICommandHandler<string>, MediatR.IRequestHandler<string, int>, MassTransit.IConsumer<string>
            {
                [AgentScope("demo.command"), Cost(1)]
                public Task {|AK0018:ExecuteAsync|}(string command, CancellationToken ct) => Task.CompletedTask;

                [AgentScope("demo.handle"), Cost(1)]
                public Task<int> {|AK0018:Handle|}(string request, CancellationToken ct) => Task.FromResult(1);

                [AgentScope("demo.consume"), Cost(1)]
                public Task {|AK0018:Consume|}(string message) => Task.CompletedTask;

                [AgentScope("demo.other"), Cost(1)]
                public Task Handle(int number, CancellationToken ct) => Task.CompletedTask;
            }
        }
        """);

    [Fact]
    public async Task Says_of_an_endpoint_of_FastEndpoints_how_to_price_it()
    {
        var test = new RuleTest<ToolShapeAnalyzer, Microsoft.CodeAnalysis.Testing.EmptyCodeFixProvider>
        {
            TestCode = """
                namespace FastEndpoints
                {
                    public abstract class Endpoint { public virtual Task HandleAsync(CancellationToken ct) => Task.CompletedTask; }
                }

                public class ChatEndpoint : FastEndpoints.Endpoint
                {
                    [AgentScope("demo.endpoint"), Cost(1)]
                    public override Task {|#0:HandleAsync|}(CancellationToken ct) => Task.CompletedTask;
                }
                """,
        };
        test.FixedState.Sources.Clear();
        test.ExpectedDiagnostics.Add(new Microsoft.CodeAnalysis.Testing.DiagnosticResult("AK0018", Microsoft.CodeAnalysis.DiagnosticSeverity.Error)
            .WithLocation(0)
            .WithMessage("'HandleAsync' is a method that FastEndpoints calls itself, so it gets no guarded twin; of an endpoint write Options(o => o.RequireAgentScope(…).WithCost(…)) in Configure, else tag a method of another class, and call its guarded twin"));

        await test.RunAsync();
    }

    [Fact]
    public Task Flags_an_endpoint_that_is_offered_as_a_tool_as_well() => Rule<ToolShapeAnalyzer>.CheckAsync(
        """
        namespace Microsoft.AspNetCore.Mvc
        {
            public abstract class ControllerBase;

            public sealed class ApiControllerAttribute : Attribute;
        }

        public class ChatController : Microsoft.AspNetCore.Mvc.ControllerBase
        {
            [McpServerTool, AgentScope("demo.tool"), Cost(1)]
            public int {|AK0018:Tool|}() => AgentKey.AspNetCore.Adapter.Zero;

            [KernelFunction, AgentScope("demo.function"), Cost(1)]
            public int {|AK0018:Function|}() => 1;

            [McpServerTool, AgentPublic]
            public int Free() => 1;

            [AgentScope("demo.action"), Cost(1)]
            public int Action() => 1;
        }

        public class Tools
        {
            [McpServerTool, AgentScope("demo.read"), Cost(1)]
            public int Read() => 1;
        }

        [Microsoft.AspNetCore.Mvc.ApiController]
        public class {|AK0018:More|} : Tools;
        """,
        Library.Compile("namespace AgentKey.AspNetCore; public static class Adapter { public const int Zero = 0; }", isGuarded: false, "AgentKey.AspNetCore"));

    [Fact]
    public Task Flags_an_heir_that_gets_no_twin_of_what_it_inherits() => Rule<ToolShapeAnalyzer>.CheckAsync("""
        namespace Microsoft.AspNetCore.Mvc
        {
            public sealed class ApiControllerAttribute : Attribute;
        }

        namespace Demo
        {
            public sealed class NoteAttribute(Type what) : Attribute
            {
                public Type What => what;
            }

            public class Tools
            {
                [AgentScope("demo.read")]
                public virtual int Read() => 1;
            }

            public class Outer
            {
                private class {|AK0018:PrivateTools|} : Tools;

                private class {|AK0018:OverridingTools|} : Tools
                {
                    public override int Read() => 2;
                }
            }

            file class {|AK0018:FileTools|} : Tools;

            [Note(typeof(Secret))]
            public class {|AK0018:NotedTools|} : Tools
            {
                private class Secret;
            }

            [Microsoft.AspNetCore.Mvc.ApiController]
            public class {|AK0018:ServedTools|} : Tools;
        }
        """);

    [Fact]
    public Task Flags_an_heir_of_what_only_another_assembly_can_name() => Rule<ToolShapeAnalyzer>.CheckAsync(
        """
        public class {|AK0018:Tools|} : FriendTools;

        public class {|AK0018:PricedTools|} : LibraryTools;

        public class OpenTools : LibraryOpenTools;
        """,
        Library.Compile(
            """
            [assembly: System.Runtime.CompilerServices.InternalsVisibleTo("TestProject")]

            public class FriendTools
            {
                [AgentScope("demo.internal")]
                internal int Internal() => 1;
            }
            """,
            isGuarded: true,
            "Friend"),
        Library.Compile(
            """
            public class LibraryTools
            {
                [AgentScope("demo.priced"), Cost(typeof(Rule))]
                public int Priced() => 1;
            }

            internal static class Rule
            {
                public static AgentKey.Money.Cost Price() => default;
            }

            public class LibraryOpenTools
            {
                [AgentScope("demo.open")]
                public int Open() => 1;
            }
            """,
            isGuarded: true));

    [Fact]
    public Task Does_not_flag_an_heir_that_loses_nothing_or_cannot_be_made() => Rule<ToolShapeAnalyzer>.CheckAsync("""
        public abstract class Tools
        {
            [AgentScope("demo.read")]
            public int Read() => 1;

            [AgentScope("demo.hidden")]
            private int {|AK0004:Hidden|}() => 1;
        }

        public class OwnTools : Tools;

        public class Outer
        {
            private abstract class AbstractTools : Tools;

            private class Untagged : List<int>;
        }

        public abstract class HiddenTools
        {
            [AgentScope("demo.hidden")]
            private int {|AK0004:Hidden|}() => 1;
        }

        file class FileTools : HiddenTools;
        """);
}
