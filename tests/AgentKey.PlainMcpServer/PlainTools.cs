using System.Collections.Concurrent;
using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.PlainMcpServer;

/// <summary>Tools without a price, each for one thing that a proxy may get wrong.</summary>
[McpServerToolType]
internal sealed class PlainTools
{
    private static readonly ConcurrentQueue<string> Names = [];
    private static int _calls;
    private static int _rootsChanged;

    [McpServerTool(Name = "echo", ReadOnly = true, Title = "Echo"), Description("Says it again.")]
    public static string Echo([Description("What to say")] string text)
    {
        Interlocked.Increment(ref _calls);
        return text;
    }

    [McpServerTool(Name = "add", UseStructuredContent = true), Description("Adds two numbers.")]
    public static Sum Add(int a, int b) => new(a + b);

    [McpServerTool(Name = "repeat"), Description("A text of that many characters.")]
    public static string Repeat(int times) => new('a', times);

    [McpServerTool(Name = "fail"), Description("Fails, and says so.")]
    public static CallToolResult Fail() => new() { IsError = true, Content = [new TextContentBlock { Text = "no such city" }] };

    [McpServerTool(Name = "throw"), Description("Throws.")]
    public static string Throw() => throw new McpProtocolException("out of order", (McpErrorCode)(-32050));

    [McpServerTool(Name = "calls"), Description("How often echo ran.")]
    public static int Calls() => _calls;

    [McpServerTool(Name = "process"), Description("The number of this process.")]
    public static int ProcessId() => Environment.ProcessId;

    [McpServerTool(Name = "picture"), Description("A picture, a sound, a link and an embedded file.")]
    public static CallToolResult Picture() => new()
    {
        Content =
        [
            ImageContentBlock.FromBytes(new byte[] { 1, 2, 3 }, "image/png"),
            AudioContentBlock.FromBytes(new byte[] { 4, 5, 6 }, "audio/wav"),
            new ResourceLinkBlock { Uri = "plain://notes", Name = "notes" },
            new EmbeddedResourceBlock { Resource = new TextResourceContents { Uri = "plain://notes", Text = "note" } },
        ],
        Meta = new JsonObject { ["plain/kind"] = "picture" },
    };

    [McpServerTool(Name = "environment"), Description("All that this process was started with, one line for each variable and argument.")]
    public static string ShowEnvironment() => string.Join('\n', Environment.GetEnvironmentVariables()
        .Cast<System.Collections.DictionaryEntry>().Select(variable => $"{variable.Key}={variable.Value}")
        .Concat(Environment.GetCommandLineArgs()));

    [McpServerTool(Name = "headers"), Description("The headers of this very request.")]
    public static string Headers(RequestContext<CallToolRequestParams> context) => string.Join(
        '\n', context.Services!.GetRequiredService<IHttpContextAccessor>().HttpContext!.Request.Headers.Select(header => $"{header.Key}: {header.Value}"));

    [McpServerTool(Name = "meta"), Description("The parameters of this very request.")]
    public static string Meta(RequestContext<CallToolRequestParams> context) => context.JsonRpcRequest.Params!.ToJsonString();

    [McpServerTool(Name = "count"), Description("Reports progress from 1 to 5.")]
    public static string Count(IProgress<ProgressNotificationValue> progress)
    {
        for (var step = 1; step <= 5; step++)
        {
            progress.Report(new ProgressNotificationValue { Progress = step, Total = 5, Message = $"step {step}" });
        }

        return "counted";
    }

    [McpServerTool(Name = "log"), Description("Says it in three log messages: debug, info and error.")]
    public static async Task<string> LogAsync(RequestContext<CallToolRequestParams> context, string text)
    {
        var least = context.JsonRpcRequest.Context?.LogLevel ?? context.Server.LoggingLevel;
        foreach (var level in new[] { LoggingLevel.Debug, LoggingLevel.Info, LoggingLevel.Error }.Where(level => level >= least))
        {
            await context.Server.SendNotificationAsync(
                NotificationMethods.LoggingMessageNotification,
                new LoggingMessageNotificationParams { Level = level, Logger = "plain", Data = JsonSerializer.SerializeToElement(text) });
        }

        return "logged";
    }

    /// <summary>Asks in the way of every revision: the SDK makes a question of an earlier one of it where that is needed.</summary>
    [McpServerTool(Name = "ask"), Description("Asks for a name.")]
    public static string Ask(RequestContext<CallToolRequestParams> context)
    {
        if (context.Params.InputResponses is not { } responses || !responses.TryGetValue("name", out var response))
        {
            throw new InputRequiredException(new InputRequiredResult
            {
                InputRequests = new Dictionary<string, InputRequest>
                {
                    ["name"] = InputRequest.ForElicitation(new ElicitRequestParams
                    {
                        Message = "Who are you?",
                        RequestedSchema = new ElicitRequestParams.RequestSchema { Properties = { ["name"] = new ElicitRequestParams.StringSchema() } },
                    }),
                },
                RequestState = "asked",
            });
        }

        var name = response.Deserialize(InputResponse.ElicitResultJsonTypeInfo)!.Content!["name"].GetString()!;
        Names.Enqueue(name);
        return $"Hello {name}, {context.Params.RequestState}";
    }

    [McpServerTool(Name = "consult"), Description("Asks the client's model, and for the client's folders.")]
    public static string Consult(RequestContext<CallToolRequestParams> context)
    {
        if (context.Params.InputResponses is not { Count: 2 } responses)
        {
            throw new InputRequiredException(new InputRequiredResult
            {
                InputRequests = new Dictionary<string, InputRequest>
                {
                    ["model"] = InputRequest.ForSampling(new CreateMessageRequestParams
                    {
                        MaxTokens = 10,
                        Messages = [new SamplingMessage { Role = Role.User, Content = [new TextContentBlock { Text = "Hello" }] }],
                    }),
                    ["roots"] = InputRequest.ForRootsList(new ListRootsRequestParams()),
                },
            });
        }

        var said = responses["model"].Deserialize(InputResponse.CreateMessageResultJsonTypeInfo)!;
        var roots = responses["roots"].Deserialize(InputResponse.ListRootsResultJsonTypeInfo)!;
        return $"{said.Content.OfType<TextContentBlock>().Single().Text} {roots.Roots.Single().Uri}";
    }

    [McpServerTool(Name = "ask-forever"), Description("Asks for the client's folders, whatever it answers.")]
    public static string AskForever() => throw new InputRequiredException(new InputRequiredResult
    {
        InputRequests = new Dictionary<string, InputRequest> { ["roots"] = InputRequest.ForRootsList(new ListRootsRequestParams()) },
    });

    [McpServerTool(Name = "answers"), Description("What was answered so far.")]
    public static string Answers() => string.Join('\n', Names);

    /// <summary>Asks by hand in the earlier revisions, where the SDK's server would add to the answer.</summary>
    [McpServerTool(Name = "form"), Description("Asks for a form whose every field but the name has a default, and says what it got.")]
    public static async Task<string> AskFormAsync(RequestContext<CallToolRequestParams> context, CancellationToken cancellationToken)
    {
        var question = InputRequest.ForElicitation(new ElicitRequestParams { Message = "Who are you?", RequestedSchema = Form() });
        if (string.CompareOrdinal(context.Server.NegotiatedProtocolVersion, "2026-07-28") < 0)
        {
            var asked = new JsonRpcRequest { Method = question.Method, Params = JsonSerializer.SerializeToNode(question.Params) };
            return (await context.Server.SendRequestAsync(asked, cancellationToken)).Result!["content"]!.ToJsonString();
        }

        return context.Params.InputResponses is { } answers
            ? answers["form"].RawValue.GetProperty("content").GetRawText()
            : throw new InputRequiredException(new InputRequiredResult { InputRequests = new Dictionary<string, InputRequest> { ["form"] = question } });
    }

    /// <summary>Asks in the way of the earlier revisions, in the middle of its work.</summary>
    [McpServerTool(Name = "ask-count"), Description("Reports progress, asks for a name, and reports progress again.")]
    public static async Task<string> AskAndCountAsync(McpServer server, IProgress<ProgressNotificationValue> progress, CancellationToken cancellationToken)
    {
        progress.Report(new ProgressNotificationValue { Progress = 1, Message = "before" });
        var answer = await server.ElicitAsync(
            new ElicitRequestParams { Message = "Who are you?", RequestedSchema = new() { Properties = { ["name"] = new ElicitRequestParams.StringSchema() } } }, cancellationToken);
        progress.Report(new ProgressNotificationValue { Progress = 2, Message = "after" });
        return $"{answer.Content!["name"].GetString()} counted";
    }

    /// <summary>The same in the second round: an error result, an error, or the end of this process.</summary>
    [McpServerTool(Name = "ask-fail"), Description("Asks for a name, and then fails.")]
    public static CallToolResult AskAndFail(RequestContext<CallToolRequestParams> context, string how) => (Ask(context), how) switch
    {
        (var said, "error") => new() { IsError = true, Content = [new TextContentBlock { Text = said }] },
        (var said, "throw") => throw new McpProtocolException(said, (McpErrorCode)(-32050)),
        _ => throw new InvalidOperationException(Die()),
    };

    [McpServerTool(Name = "ask-fail-kept"), Description("Asks for a name, and then fails.")]
    public static CallToolResult AskAndFailAndKeep(RequestContext<CallToolRequestParams> context, string how) => AskAndFail(context, how);

    /// <summary>Sends the human to a page, and says that it was there: in the middle of the call, and once more after it.</summary>
    [McpServerTool(Name = "sign-in"), Description("Sends the human to a page.")]
    public static async Task<string> SignInAsync(RequestContext<CallToolRequestParams> context, string name, CancellationToken cancellationToken)
    {
        var page = new ElicitRequestParams { Mode = "url", Url = "https://plain.example/sign-in", ElicitationId = $"{name} now", Message = "Sign in" };
        var answer = await context.Server.ElicitAsync(page, cancellationToken);
        await context.Server.SendNotificationAsync(
            NotificationMethods.ElicitationCompleteNotification, new ElicitationCompleteNotificationParams { ElicitationId = page.ElicitationId }, cancellationToken: cancellationToken);
        var session = context.Services!.GetRequiredService<McpServer>();
        _ = Task.Run(
            async () =>
            {
                await Task.Delay(TimeSpan.FromMilliseconds(500), CancellationToken.None);
                await session.SendNotificationAsync(
                    NotificationMethods.ElicitationCompleteNotification, new ElicitationCompleteNotificationParams { ElicitationId = $"{name} later" }, cancellationToken: CancellationToken.None);
            },
            CancellationToken.None);
        return answer.Action;
    }

    [McpServerTool(Name = "grow"), Description("Gets one more tool, prompt or resource, which says its name.")]
    public static void Grow(McpServer server, string name, string kind = "tool")
    {
        _ = kind switch
        {
            "prompt" => server.ServerOptions.PromptCollection!.TryAdd(McpServerPrompt.Create(() => name, new() { Name = name })),
            "resource" => server.ServerOptions.ResourceCollection!.TryAdd(McpServerResource.Create(() => name, new() { Name = name, UriTemplate = $"plain://{name}" })),
            _ => server.ServerOptions.ToolCollection!.TryAdd(Named(name)),
        };
    }

    [McpServerTool(Name = "touch"), Description("Changes a resource, and tells who follows it.")]
    public static Task TouchAsync(string address) => PlainSubscriptions.TouchAsync(address);

    [McpServerTool(Name = "followed"), Description("The resources that somebody follows, one line for each subscription.")]
    public static string Followed() => PlainSubscriptions.Now;

    [McpServerTool(Name = "roots-changed"), Description("How often a client said that it has other folders.")]
    public static int RootsChanged() => _rootsChanged;

    public static ValueTask HearOfRootsAsync(JsonRpcNotification notification, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _rootsChanged);
        return ValueTask.CompletedTask;
    }

    /// <summary>A tool that says its name.</summary>
    public static McpServerTool Named(string name) => McpServerTool.Create(() => name, new McpServerToolCreateOptions { Name = name });

    /// <summary>Waits until it is cancelled, which it writes down.</summary>
    [McpServerTool(Name = "wait"), Description("Waits, and writes to the file what became of it: started, then cancelled.")]
    public static async Task<string> WaitAsync(string path, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(path, "started", CancellationToken.None);
        try
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            await File.WriteAllTextAsync(path, "cancelled", CancellationToken.None);
            throw;
        }

        return "never";
    }

    [McpServerTool(Name = "die"), Description("Ends this process in the middle of the call.")]
    public static string Die()
    {
        Environment.Exit(7);
        return "never";
    }

    private static ElicitRequestParams.RequestSchema Form() => new()
    {
        Properties =
        {
            ["name"] = new ElicitRequestParams.StringSchema(),
            ["city"] = new ElicitRequestParams.StringSchema { Default = "Rome" },
            ["age"] = new ElicitRequestParams.NumberSchema { Type = "integer", Default = 42 },
            ["height"] = new ElicitRequestParams.NumberSchema { Default = 1.8 },
            ["subscribes"] = new ElicitRequestParams.BooleanSchema { Default = true },
            ["color"] = new ElicitRequestParams.UntitledSingleSelectEnumSchema { Enum = ["red", "blue"], Default = "red" },
            ["size"] = new ElicitRequestParams.TitledSingleSelectEnumSchema { OneOf = [new() { Const = "s", Title = "Small" }], Default = "s" },
            ["pets"] = new ElicitRequestParams.UntitledMultiSelectEnumSchema { Items = new() { Enum = ["cat", "dog"] }, Default = ["cat"] },
        },
    };

    internal sealed record Sum(int Total);
}
