using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.Cli.McpProxy.Served;

/// <summary>
/// A call that goes on while nobody waits for it: when its server asks something, the client's request ends with the
/// question, and the client's next one brings the answer and waits on.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "A client may hang up after the call has ended, and then cancels nothing.")]
internal sealed class CallInRounds
{
    /// <summary>How long a client may take to come back: as long as the state that it carries is good for.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(15);

    private readonly CancellationTokenSource _ending = new();
    private readonly CallUnderWay _call;
    private readonly string _name;

    private CallInRounds(CallUnderWay call, string name, Func<CancellationToken, Task<JsonNode?>> send)
    {
        _call = call;
        _name = name;
        Result = send(_ending.Token);
    }

    /// <summary>What the server answers in the end.</summary>
    public Task<JsonNode?> Result { get; }

    /// <summary>Sends a request.</summary>
    public static CallInRounds Begin(CallUnderWay call, JsonRpcRequest request, Func<CancellationToken, Task<JsonNode?>> send) => new(call, NameOf(request), send);

    /// <summary>Whether a request belongs to this call: another one would have another price.</summary>
    public bool IsOf(JsonRpcRequest request) => NameOf(request) == _name;

    /// <summary>Goes on for a client that comes back.</summary>
    public void Resume(McpServer client, RequestParams parameters)
    {
        _ending.CancelAfter(Timeout.InfiniteTimeSpan);
        _call.Enter(client, parameters.ProgressToken);
        _call.Questions.Take(parameters.InputResponses);
    }

    /// <summary>Waits for the result, or for a question.</summary>
    /// <returns>The questions; <see langword="null"/> when there is a result.</returns>
    public async Task<Dictionary<string, InputRequest>?> WaitAsync(CancellationToken cancellationToken)
    {
        await using var hangingUp = cancellationToken.Register(_ending.Cancel);
        while (!Result.IsCompleted)
        {
            await Task.WhenAny(Result, _call.Questions.Asked);
            if (!Result.IsCompleted && _call.Questions.HandOut() is { Count: > 0 } questions)
            {
                await _call.LeaveAsync();
                _ending.CancelAfter(LongestWait);
                return questions;
            }
        }

        return null;
    }

    private static string NameOf(JsonRpcRequest request) => $"{request.Method} {request.Params?["name"] ?? request.Params?["uri"]}";
}
