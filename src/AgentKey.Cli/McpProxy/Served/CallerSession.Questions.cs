using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using AgentKey.Cli.McpProxy.Upstream;
using Microsoft.Extensions.Logging;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.Cli.McpProxy.Served;

/// <content>
/// What the server asks the caller: in the middle of a call where the caller has a session, and between two rounds of it
/// where it has none.
/// </content>
internal sealed partial class CallerSession
{
    // As often as the SDK would ask.
    private const int MostRounds = 10;

    private readonly ConcurrentDictionary<string, CallInRounds> _suspended = new(StringComparer.Ordinal);
    private readonly ClientCapabilities? _askable;

    private bool IsAskedBetweenRounds => _askable is not null;

    /// <summary>Whether a call waits here for its client to come back.</summary>
    public bool IsSuspended(string state) => _suspended.ContainsKey(state);

    public void Declare(McpClientOptions options)
    {
        // On a link that several callers share, nobody is asked.
        var asked = Client is { } client ? RequestWishes.AskableOf((Newest?.Client ?? client).ClientCapabilities) : _askable;
        if (asked is not { } can)
        {
            return;
        }

        options.Capabilities = can;
        options.Handlers.ElicitationHandler = can.Elicitation is null ? null : (question, token) => ElicitAsync(question!, token);
        options.Handlers.SamplingHandler = can.Sampling is null ? null : (question, _, token) => AskAsync(
            caller => caller.SampleAsync(question!, token), InputRequest.ForSampling(question!), InputResponse.CreateMessageResultJsonTypeInfo, token);
        options.Handlers.RootsHandler = can.Roots is null ? null : (question, token) => AskAsync(
            caller => caller.RequestRootsAsync(question ?? new(), token), InputRequest.ForRootsList(question ?? new()), InputResponse.ListRootsResultJsonTypeInfo, token);
    }

    // On both sides the SDK fills in the defaults of what the human left out, which would be a consent that nobody gave: so
    // the caller is asked without its help, and its client finds no form when it has the answer.
    private async ValueTask<ElicitResult> ElicitAsync(ElicitRequestParams question, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(
            caller => caller.SendRequestAsync<ElicitRequestParams, ElicitResult>(
                RequestMethods.ElicitationCreate, question, McpJsonUtilities.DefaultOptions, cancellationToken: cancellationToken),
            InputRequest.ForElicitation(question),
            InputResponse.ElicitResultJsonTypeInfo,
            cancellationToken);
        question.RequestedSchema = null;
        return answer;
    }

    private CallerSession AnotherFor(string keyId, ClientCapabilities askable) => new(this, keyId, askable);

    /// <summary>Sends a request on, or goes on with one whose question the client now answers.</summary>
    private async Task<JsonNode?> CallInRoundsAsync<TParams>(RequestContext<TParams> request, LoggingLevel? level, CancellationToken cancellationToken)
        where TParams : RequestParams
    {
        var call = request.Params.RequestState is { } state ? Resume(state, request) : Begin(request, level);
        if (await call.WaitAsync(cancellationToken) is not { } questions)
        {
            return await call.Result;
        }

        var next = Guid.NewGuid().ToString("N");
        _suspended[next] = call;
        _ = ForgetAsync(next);
        throw new InputRequiredException(new InputRequiredResult { InputRequests = questions, RequestState = next });
    }

    // A server that waits no longer for the answer may have a result by then, which the client still gets.
    private async Task ForgetAsync(string state)
    {
        await Task.Delay(CallInRounds.LongestWait);
        _suspended.TryRemove(state, out _);
    }

    private CallInRounds Begin<TParams>(RequestContext<TParams> request, LoggingLevel? level)
        where TParams : RequestParams
    {
        var call = CallOf(request, level);
        return CallInRounds.Begin(call, request.JsonRpcRequest, token => SendAsync(call, request, token));
    }

    private CallInRounds Resume<TParams>(string state, RequestContext<TParams> request)
        where TParams : RequestParams
    {
        if (!_suspended.TryGetValue(state, out var call) || !call.IsOf(request.JsonRpcRequest) || !_suspended.TryRemove(state, out _))
        {
            throw new McpProtocolException("The call that the requestState belongs to is over. Call again without it.", McpErrorCode.InvalidParams);
        }

        call.Resume(request.Server, request.Params);
        return call;
    }

    private CallUnderWay? Newest
    {
        get
        {
            lock (_lock)
            {
                return _calls.LastOrDefault();
            }
        }
    }

    // A question names no call. Whichever call of this session carries it, it is for this caller.
    private async ValueTask<T> AskAsync<T>(
        Func<McpServer, ValueTask<T>> ask, InputRequest question, JsonTypeInfo<T> answerType, CancellationToken cancellationToken) =>
        Screened(IsAskedBetweenRounds ? await AskBetweenRoundsAsync(question, answerType, cancellationToken) : await ask(Newest?.Client ?? Client!));

    private async Task<T> AskBetweenRoundsAsync<T>(InputRequest question, JsonTypeInfo<T> answerType, CancellationToken cancellationToken)
    {
        var call = Newest ?? throw new McpProtocolException("The client can be asked during its calls only.", McpErrorCode.InvalidRequest);
        var answer = await call.Questions.AskAsync(question, cancellationToken);
        return answer.Deserialize(answerType)!;
    }

    /// <summary>Asks a client of an earlier revision, in the middle of its call, what a server of the newest asks between two rounds.</summary>
    private static async Task<Dictionary<string, InputResponse>> AskNowAsync(McpServer client, InputRequiredResult question, CancellationToken cancellationToken)
    {
        var answers = new Dictionary<string, InputResponse>(StringComparer.Ordinal);
        foreach (var (name, asked) in question.InputRequests!)
        {
            var request = new JsonRpcRequest { Method = asked.Method, Params = JsonSerializer.SerializeToNode(asked.Params, McpJsonUtilities.DefaultOptions) };
            var answer = await client.SendRequestAsync(request, cancellationToken);
            answers[name] = new InputResponse { RawValue = Screened(answer.Result).Deserialize<JsonElement>(McpJsonUtilities.DefaultOptions) };
        }

        return answers;
    }

    // What it cannot be asked is left to the SDK's own error.
    private static bool IsAskedNow(McpServer client, InputRequiredResult question) =>
        !client.IsWithoutHandshake() && question.InputRequests is { Count: > 0 } asked && asked.Values.All(each => CanBeAsked(client.ClientCapabilities, each.Method));

    private static bool CanBeAsked(ClientCapabilities? client, string method) => method switch
    {
        RequestMethods.ElicitationCreate => client?.Elicitation is not null,
        RequestMethods.SamplingCreateMessage => client?.Sampling is not null,
        RequestMethods.RootsList => client?.Roots is not null,
        _ => false,
    };

    private static T Screened<T>(T answer) => KeyScreen.HoldsKey(JsonSerializer.SerializeToNode(answer, McpJsonUtilities.DefaultOptions))
        ? throw new McpProtocolException("The client's answer contains an agent's key. Keys are not passed on.", McpErrorCode.InvalidParams)
        : answer;
}
