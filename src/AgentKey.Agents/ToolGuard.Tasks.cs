using AgentKey.Money;

namespace AgentKey.Agents;

/// <content>Calls of tools that return a task, without a copy of the task where none is needed.</content>
public sealed partial class ToolGuard
{
    /// <summary>
    /// Runs one call of a tool that returns a task. When the charge and the work are done at once, the tool's own task is
    /// handed on, and the call allocates nothing.
    /// </summary>
    /// <param name="policy">The tool's policy, whose price is known without the arguments.</param>
    /// <param name="state">What <paramref name="work"/> needs, so that it can be static.</param>
    /// <param name="work">The work, which runs with <see cref="ToolCall.Current"/> set when its price is held.</param>
    /// <param name="cancellationToken">The call's own token.</param>
    /// <returns>A task that fails with <see cref="ToolDeniedException"/> when no caller is bound, or the key may not or cannot pay; nothing was charged.</returns>
    /// <exception cref="InvalidOperationException">The price depends on the arguments, or the tool is public.</exception>
    public Task<TResult> RunTaskAsync<TState, TResult>(
        ToolPolicy policy, TState state, Func<TState, Task<TResult>> work, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        return RunTaskAsync(ChargeAsync(policy, cancellationToken), state, work, cancellationToken);
    }

    /// <summary>As <see cref="RunTaskAsync{TState, TResult}(ToolPolicy, TState, Func{TState, Task{TResult}}, CancellationToken)"/>, at the price of this very call.</summary>
    /// <param name="policy">The tool's policy.</param>
    /// <param name="price">Tells what this call costs; of a held price, the most that it may cost. The task fails with what it throws.</param>
    /// <param name="state">What <paramref name="price"/> and <paramref name="work"/> need, so that they can be static.</param>
    /// <param name="work">The work.</param>
    /// <param name="cancellationToken">The call's own token.</param>
    /// <returns>A task that fails with <see cref="ToolDeniedException"/> when no caller is bound, or the key may not or cannot pay; nothing was charged.</returns>
    public Task<TResult> RunTaskAsync<TState, TResult>(
        ToolPolicy policy, Func<TState, Cost> price, TState state, Func<TState, Task<TResult>> work, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(price);
        ArgumentNullException.ThrowIfNull(work);
        ValueTask<ToolCharge> charging;
        try
        {
            charging = ChargeAsync(policy, price(state), cancellationToken);
        }
        catch (Exception fault)
        {
            return Task.FromException<TResult>(fault);
        }

        return RunTaskAsync(charging, state, work, cancellationToken);
    }

    private Task<TResult> RunTaskAsync<TState, TResult>(
        ValueTask<ToolCharge> charging, TState state, Func<TState, Task<TResult>> work, CancellationToken cancellationToken)
    {
        if (!charging.IsCompletedSuccessfully)
        {
            return RunWhenChargedAsync(charging, state, work, cancellationToken);
        }

        var charge = charging.Result;
        using var call = charge.Enter();
        var running = Start(state, work);
        return running is { IsCompletedSuccessfully: true } && charge.IsFinal ? running : FinishAsync(charge, running, cancellationToken);
    }

    private async Task<TResult> RunWhenChargedAsync<TState, TResult>(
        ValueTask<ToolCharge> charging, TState state, Func<TState, Task<TResult>> work, CancellationToken cancellationToken)
    {
        var charge = await charging.ConfigureAwait(false);
        using var call = charge.Enter();
        return await FinishAsync(charge, Start(state, work), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Starts the work. What it throws before its first await is as much its failure as what comes later.</summary>
    private static Task<TResult> Start<TState, TResult>(TState state, Func<TState, Task<TResult>> work)
    {
        try
        {
            return work(state);
        }
        catch (Exception failure)
        {
            return Task.FromException<TResult>(failure);
        }
    }

    private async Task<TResult> FinishAsync<TResult>(ToolCharge charge, Task<TResult> running, CancellationToken cancellationToken)
    {
        TResult result;
        try
        {
            result = await running.ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            await FailAsync(charge, failure, cancellationToken).ConfigureAwait(false);
            throw;
        }

        await CompleteAsync(charge, result).ConfigureAwait(false);
        return result;
    }
}
