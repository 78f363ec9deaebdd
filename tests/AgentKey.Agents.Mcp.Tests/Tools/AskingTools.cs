using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.Agents.Mcp.Tests.Tools;

/// <summary>Tools that need an answer of the client's human before they are done: a call of several rounds.</summary>
public sealed class AskingTools(CallCount calls)
{
    private const string Question = "name";

    [McpServerTool(Name = "ask"), AgentScope("test.ask"), Cost(15)]
    public string Ask(RequestContext<CallToolRequestParams> context, string subject = "you") => Answer(context, subject);

    [McpServerTool(Name = "ask-held"), AgentScope("test.ask"), Cost(UpTo = 40)]
    public string AskHeld(RequestContext<CallToolRequestParams> context, string subject = "you")
    {
        var answer = Answer(context, subject);
        ToolCall.Current!.ReportCost(Money.Cost.FromCents(7));
        return answer;
    }

    /// <summary>Three rounds, whose own state says how far it got.</summary>
    [McpServerTool(Name = "ask-twice"), AgentScope("test.ask"), Cost(15)]
    public string AskTwice(RequestContext<CallToolRequestParams> context) => context.Params.RequestState switch
    {
        null => throw Asking("first"),
        "first" => throw Asking("second"),
        var state => $"{state}: {Done(NameIn(context))}",
    };

    /// <summary>Fails after its question was answered, in each way that a tool can fail.</summary>
    [McpServerTool(Name = "ask-fail"), AgentScope("test.ask"), Cost(15)]
    public CallToolResult AskAndFail(RequestContext<CallToolRequestParams> context, bool throws) =>
        throws ? throw new McpException(Answer(context, "nobody")) : new() { IsError = true, Content = [new TextContentBlock { Text = Answer(context, "nobody") }] };

    [McpServerTool(Name = "ask-fail-kept"), AgentScope("test.ask"), Cost(15, OnFailure = FailureOutcome.Keep)]
    public CallToolResult AskAndFailAndKeep(RequestContext<CallToolRequestParams> context, bool throws) => AskAndFail(context, throws);

    [McpServerTool(Name = "ask-fail-held"), AgentScope("test.ask"), Cost(UpTo = 40)]
    public CallToolResult AskAndFailHeld(RequestContext<CallToolRequestParams> context, bool throws)
    {
        ToolCall.Current!.ReportCost(Money.Cost.FromCents(7));
        return AskAndFail(context, throws);
    }

    [McpServerTool(Name = "ask-fail-held-kept"), AgentScope("test.ask"), Cost(UpTo = 40, OnFailure = FailureOutcome.Keep)]
    public CallToolResult AskAndFailHeldAndKeep(RequestContext<CallToolRequestParams> context, bool throws) => AskAndFailHeld(context, throws);

    private static InputRequiredException Asking(string state) => new(
        new Dictionary<string, InputRequest>
        {
            [Question] = InputRequest.ForElicitation(new ElicitRequestParams
            {
                Message = "Who?",
                RequestedSchema = new ElicitRequestParams.RequestSchema
                {
                    Properties = { [Question] = new ElicitRequestParams.StringSchema() },
                },
            }),
        },
        state);

    private static string NameIn(RequestContext<CallToolRequestParams> context) =>
        context.Params.InputResponses![Question].Deserialize(InputResponse.ElicitResultJsonTypeInfo)!.Content![Question].GetString()!;

    private string Answer(RequestContext<CallToolRequestParams> context, string subject)
    {
        if (context.Params.RequestState is null)
        {
            throw Asking("asked");
        }

        return $"{Done(NameIn(context))} of {subject}";
    }

    private string Done(string answer)
    {
        calls.Begin();
        return answer;
    }
}
