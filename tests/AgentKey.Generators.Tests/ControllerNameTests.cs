using AgentKey.Generators.Tests.Compiling;

namespace AgentKey.Generators.Tests;

/// <summary>MVC takes a public class for a controller because of its name, and a twin's name ends as its class's does.</summary>
public sealed class ControllerNameTests
{
    private const string Mvc = "namespace Microsoft.AspNetCore.Mvc { public sealed class NonControllerAttribute : System.Attribute; }";

    [Theory]
    [InlineData("public class ChatController { TOOL }", "GuardedChatController")]
    [InlineData("public class Outer { public class Chatcontroller { TOOL } }", "GuardedOuterChatcontroller")]
    [InlineData("[Microsoft.AspNetCore.Mvc.NonController] public class ChatController { TOOL }", "GuardedChatController")]
    public void A_twin_with_such_a_name_is_marked_as_none(string declaration, string twin) => Assert.Equal(1, MarksOf(Mvc + declaration, twin));

    [Theory]
    [InlineData(Mvc + "public class ChatTools { TOOL }", "GuardedChatTools")]
    [InlineData(Mvc + "internal class ChatController { TOOL }", "GuardedChatController")]
    [InlineData("public class ChatController { TOOL }", "GuardedChatController")]
    public void Another_twin_is_not(string source, string twin) => Assert.Equal(0, MarksOf(source, twin));

    private static int MarksOf(string source, string twin)
    {
        var run = GeneratorRun.Of(source.Replace("TOOL", """[AgentKey.Agents.AgentScope("demo.chat")] public int Chat() => 1;""", StringComparison.Ordinal));

        Assert.Empty(run.Complaints);
        return run.Type(twin)!.GetAttributes().Count(attribute => attribute.AttributeClass?.Name == "NonControllerAttribute");
    }
}
