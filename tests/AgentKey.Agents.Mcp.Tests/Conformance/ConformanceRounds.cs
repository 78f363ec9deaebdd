using System.ComponentModel;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.Agents.Mcp.Tests.Conformance;

/// <summary>The calls of several rounds that the official suite asks for by name.</summary>
public sealed class ConformanceRounds
{
    private const string Scope = "conformance.run";

    [McpServerTool(Name = "test_input_required_result_elicitation"), Description("Asks for a name."), AgentScope(Scope), Cost(1)]
    public static string Elicitation(RequestContext<CallToolRequestParams> context) =>
        AnswerTo(context.Params, "user_name") is { } answer
            ? $"Hello, {TextIn(answer, "name")}!"
            : throw new InputRequiredException(Ask("user_name", "What is your name?", "name"));

    [McpServerTool(Name = "test_input_required_result_request_state"), Description("Keeps state."), AgentScope(Scope), Cost(1)]
    public static string RequestState(RequestContext<CallToolRequestParams> context) =>
        context.Params.RequestState is "asked" && AnswerTo(context.Params, "confirm") is not null
            ? "state-ok"
            : throw new InputRequiredException(Ask("confirm", "Please confirm", "ok"), "asked");

    [McpServerTool(Name = "test_input_required_result_multi_round"), Description("Asks twice."), AgentScope(Scope), Cost(1)]
    public static string MultiRound(RequestContext<CallToolRequestParams> context) => context.Params.RequestState switch
    {
        null => throw new InputRequiredException(Ask("step1", "Step 1: What is your name?", "name"), "one"),
        "one" => throw new InputRequiredException(Ask("step2", "Step 2: What is your favorite color?", "color"), "two"),
        _ => "both answered",
    };

    [McpServerTool(Name = "test_input_required_result_tampered_state"), Description("Keeps state that nobody may change."), AgentScope(Scope), Cost(1)]
    public static string TamperedState(RequestContext<CallToolRequestParams> context) =>
        context.Params.RequestState is "asked" ? "state-ok" : throw new InputRequiredException(Ask("confirm", "Please confirm", "ok"), "asked");

    [McpServerPrompt(Name = "test_input_required_result_prompt"), Description("Asks for context."), AgentScope(Scope), Cost(1)]
    public static string Prompt(RequestContext<GetPromptRequestParams> context) =>
        AnswerTo(context.Params, "user_context") is { } answer
            ? $"Use this context: {TextIn(answer, "context")}"
            : throw new InputRequiredException(Ask("user_context", "What context should the prompt use?", "context"));

    private static Dictionary<string, InputRequest> Ask(string key, string message, string field) => new()
    {
        [key] = InputRequest.ForElicitation(new ElicitRequestParams
        {
            Message = message,
            RequestedSchema = new ElicitRequestParams.RequestSchema
            {
                Properties = { [field] = field == "ok" ? new ElicitRequestParams.BooleanSchema() : new ElicitRequestParams.StringSchema() },
                Required = [field],
            },
        }),
    };

    private static ElicitResult? AnswerTo(RequestParams parameters, string key) =>
        parameters.InputResponses is { } answers && answers.TryGetValue(key, out var answer)
            ? answer.Deserialize(InputResponse.ElicitResultJsonTypeInfo)
            : null;

    private static string? TextIn(ElicitResult answer, string field) =>
        answer.Content is { } content && content.TryGetValue(field, out var value) ? value.ToString() : null;
}
