using System.Runtime.CompilerServices;
using Microsoft.SemanticKernel;

namespace AgentKey.Agents.SemanticKernel.Filters;

/// <summary>
/// One conversation of a model with its tools, round by round: the model asks for functions, all are answered, it is asked
/// again. Counts the rounds in a row in which every function was refused.
/// </summary>
/// <remarks>Safe for functions of one round that run at once.</remarks>
internal sealed class ToolLoop
{
    private static readonly ConditionalWeakTable<object, ToolLoop> Known = [];

    private readonly Lock _lock = new();
    private int _round;
    private int _answered;
    private int _asked;
    private bool _isRefused = true;
    private int _refusedRounds;

    /// <summary>The loop that a call belongs to.</summary>
    public static ToolLoop Of(AutoFunctionInvocationContext context)
    {
        // A chat completion service keeps the history object through all rounds, a chat client the options object; the
        // other one is new at each call.
        if (Known.TryGetValue(context.ChatHistory, out var loop))
        {
            return loop;
        }

        loop = context.Options is { } options ? Known.GetOrCreateValue(options) : new ToolLoop();
        return Known.GetValue(context.ChatHistory, _ => loop);
    }

    /// <summary>Notes the answer to one call.</summary>
    /// <returns>The number of rounds in a row in which all was refused, once the last call of a round is answered; otherwise zero.</returns>
    public int Note(AutoFunctionInvocationContext context, bool isRefused)
    {
        lock (_lock)
        {
            Enter(context.RequestSequenceIndex, context.FunctionCount);
            _isRefused &= isRefused;
            return ++_answered == _asked && _isRefused ? ++_refusedRounds : 0;
        }
    }

    private void Enter(int round, int asked)
    {
        if (round == _round && _answered < _asked)
        {
            return;
        }

        // A round that does not come after the last one is the first of a new request on the same history.
        _refusedRounds = round > _round && _isRefused ? _refusedRounds : 0;
        (_round, _asked, _answered, _isRefused) = (round, asked, 0, true);
    }
}
