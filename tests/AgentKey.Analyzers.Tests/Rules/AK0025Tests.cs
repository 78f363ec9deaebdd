using AgentKey.Analyzers.Tests.Checking;
using AgentKey.Generators.Analyzers;

namespace AgentKey.Analyzers.Tests.Rules;

/// <summary>A class of tools that MVC takes for a controller because of its name.</summary>
public sealed class AK0025Tests
{
    private const string Mvc = """
        namespace Microsoft.AspNetCore.Mvc
        {
            public class ControllerAttribute : Attribute;

            public sealed class NonControllerAttribute : Attribute;

            public sealed class NonActionAttribute : Attribute;

            public abstract class ControllerBase;
        }
        """;

    private const string Named = """
        public class {|AK0025:ChatController|}
        {
            [AgentScope("demo.chat"), Cost(1)]
            public int Chat() => 1;
        }
        """;

    [Fact]
    public Task Flags_a_class_whose_tools_may_be_called_as_actions() => Rule<ControllerNameAnalyzer>.CheckAsync(Mvc + Named + """

        public abstract class Tools
        {
            [AgentScope("demo.read")]
            public int Read() => 1;
        }

        public class {|AK0025:Heircontroller|} : Tools;
        """);

    [Fact]
    public Task Does_not_flag_what_is_no_action() => Rule<ControllerNameAnalyzer>.CheckAsync(Mvc + """

        public class ChatTools
        {
            [AgentScope("demo.chat")]
            public int Chat() => 1;
        }

        [Microsoft.AspNetCore.Mvc.NonController]
        public class RobotController
        {
            [AgentScope("demo.robot")]
            public int Move() => 1;
        }

        public class NextRobotController : RobotController;

        internal class InternalController
        {
            [AgentScope("demo.internal")]
            public int Read() => 1;
        }

        public static class StaticController
        {
            [AgentScope("demo.static")]
            public static int Read() => 1;
        }

        public class Outer
        {
            public class InnerController
            {
                [AgentScope("demo.inner")]
                public int Read() => 1;
            }
        }

        public class OtherController
        {
            [AgentPublic]
            public int Free() => 1;

            [AgentScope("demo.internal")]
            internal int Internal() => 1;

            [AgentScope("demo.none"), Microsoft.AspNetCore.Mvc.NonAction]
            public int None() => 1;

            [AgentScope("demo.class")]
            public static int OfClass() => 1;
        }

        public class BaseController : Microsoft.AspNetCore.Mvc.ControllerBase
        {
            [AgentScope("demo.base")]
            public int Read() => 1;
        }
        """);

    [Fact]
    public Task Does_not_flag_it_where_there_is_no_mvc() =>
        Rule<ControllerNameAnalyzer>.CheckAsync(Named.Replace("{|AK0025:ChatController|}", "ChatController", StringComparison.Ordinal));

    [Fact]
    public Task Does_not_flag_it_where_actions_are_charged() => Rule<ControllerNameAnalyzer>.CheckAsync(
        Mvc + Named.Replace("{|AK0025:ChatController|}", "ChatController", StringComparison.Ordinal) + "public static class Use { public const int Zero = AgentKey.AspNetCore.Adapter.Zero; }",
        Library.Compile("namespace AgentKey.AspNetCore; public static class Adapter { public const int Zero = 0; }", isGuarded: false, "AgentKey.AspNetCore"));
}
