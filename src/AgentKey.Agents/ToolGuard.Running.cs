using AgentKey.Money;

namespace AgentKey.Agents;

/// <content>Whole calls: tools that exist only as objects, and streams.</content>
public sealed partial class ToolGuard
{
    /// <summary>Runs one call of a tool under its policy: charges first, and settles or refunds afterwards. A public tool just runs.</summary>
    /// <param name="policy">The tool's policy, whose price is known without the arguments.</param>
    /// <param name="work">The work; gets <paramref name="cancellationToken"/>, and runs with <see cref="ToolCall.Current"/> set when its price is held.</param>
    /// <param name="cancellationToken">The call's own token.</param>
    /// <exception cref="ToolDeniedException">No caller is bound, or the key may not or cannot pay; nothing was charged.</exception>
    /// <exception cref="InvalidOperationException">The price depends on the arguments.</exception>
    public ValueTask<T> RunAsync<T>(ToolPolicy policy, Func<CancellationToken, ValueTask<T>> work, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(work);
        return policy.IsPublic ? work(cancellationToken) : RunAsync(policy, policy.KnownPrice, work, cancellationToken);
    }

    /// <summary>As <see cref="RunAsync{T}(ToolPolicy, Func{CancellationToken, ValueTask{T}}, CancellationToken)"/>, at the price of this very call.</summary>
    /// <param name="policy">The tool's policy.</param>
    /// <param name="price">What this call costs; of a held price, the most that it may cost.</param>
    /// <param name="work">The work.</param>
    /// <param name="cancellationToken">The call's own token.</param>
    /// <exception cref="ToolDeniedException">No caller is bound, or the key may not or cannot pay; nothing was charged.</exception>
    /// <exception cref="InvalidOperationException">The tool is public.</exception>
    public async ValueTask<T> RunAsync<T>(
        ToolPolicy policy, Cost price, Func<CancellationToken, ValueTask<T>> work, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        var charge = await ChargeAsync(policy, price, cancellationToken).ConfigureAwait(false);
        using var call = charge.Enter();
        T result;
        try
        {
            result = await work(cancellationToken).ConfigureAwait(false);
            if (!typeof(T).IsValueType && LateResult.Is(result))
            {
                result = (T)(await LateResult.EndAsync(result, typeof(T), policy.Tool).ConfigureAwait(false))!;
            }
        }
        catch (Exception failure)
        {
            await FailAsync(charge, failure, cancellationToken).ConfigureAwait(false);
            throw;
        }

        await CompleteAsync(charge, result).ConfigureAwait(false);
        return result;
    }

    /// <summary>
    /// What generated code asks of a result that is declared to be anything: waits until no work goes on in it. A task is
    /// awaited, and a sequence that may do its work only when it is read is read to its end.
    /// </summary>
    /// <param name="policy">The policy of the tool that returned it.</param>
    /// <param name="result">What it returned.</param>
    /// <returns>The result itself, or an array of what was read.</returns>
    /// <exception cref="InvalidOperationException">It is a stream or a <see cref="ValueTask"/>, which has to be declared for anybody to wait for it.</exception>
    public static ValueTask<object?> WaitForAsync(ToolPolicy policy, object? result)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return LateResult.Is(result) ? LateResult.EndAsync(result, typeof(object), policy.Tool) : new ValueTask<object?>(result);
    }

    /// <summary>
    /// A stream that charges the caller who is bound now, when it is first read, and is settled when it ends. When it is
    /// broken off, <see cref="ToolPolicy.OnCancellation"/> says what happens to the money.
    /// </summary>
    /// <param name="policy">The tool's policy, whose price is known without the arguments.</param>
    /// <param name="work">Makes the raw stream, once the call is paid for.</param>
    /// <param name="cancellationToken">The call's own token.</param>
    /// <returns>A stream whose first reading throws <see cref="ToolDeniedException"/> when the call is refused. Each reading is a call of its own.</returns>
    /// <exception cref="InvalidOperationException">The price depends on the arguments.</exception>
    public IAsyncEnumerable<T> Stream<T>(ToolPolicy policy, Func<IAsyncEnumerable<T>> work, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(work);
        return policy.IsPublic ? work() : Stream(policy, policy.KnownPrice, work, cancellationToken);
    }

    /// <summary>As <see cref="Stream{T}(ToolPolicy, Func{IAsyncEnumerable{T}}, CancellationToken)"/>, at the price of this very call.</summary>
    /// <param name="policy">The tool's policy.</param>
    /// <param name="price">What this call costs; of a held price, the most that it may cost.</param>
    /// <param name="work">Makes the raw stream, once the call is paid for.</param>
    /// <param name="cancellationToken">The call's own token.</param>
    public IAsyncEnumerable<T> Stream<T>(
        ToolPolicy policy, Cost price, Func<IAsyncEnumerable<T>> work, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(work);
        return new GuardedStream<T>(new StreamedCall<T>(this, policy, price, work) { CancellationToken = cancellationToken });
    }

    /// <summary>As <see cref="Stream{T}(ToolPolicy, Cost, Func{IAsyncEnumerable{T}}, CancellationToken)"/>, for a tool whose rule tells the actual cost.</summary>
    /// <param name="policy">The tool's policy.</param>
    /// <param name="price">The most that this call may cost.</param>
    /// <param name="work">Makes the raw stream, once the call is paid for.</param>
    /// <param name="actual">Tells what the call cost, when the stream is over, also when it broke and the money stays. When it throws, all that was held is spent.</param>
    /// <param name="cancellationToken">The call's own token.</param>
    public IAsyncEnumerable<T> Stream<T>(
        ToolPolicy policy, Cost price, Func<IAsyncEnumerable<T>> work, Func<Cost> actual, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(actual);
        return new GuardedStream<T>(new StreamedCall<T>(this, policy, price, work) { Actual = actual, CancellationToken = cancellationToken });
    }
}
