using System.Reflection;
using System.Runtime.CompilerServices;
using AgentKey.Agents.SemanticKernel.Functions;
using AgentKey.Keys;
using Microsoft.SemanticKernel;

namespace AgentKey.Agents.SemanticKernel.Filters;

/// <summary>
/// Binds the caller while a stream is read. A streamed function runs after its filter has returned, piece by piece in the
/// reader's own flow, where nothing is bound.
/// </summary>
internal static class CallerStream
{
    private static readonly MethodInfo Reader = typeof(CallerStream).GetMethod(nameof(ReadAsync), BindingFlags.Public | BindingFlags.Static)!;

    /// <summary>The same stream of the same elements, whose type only the reader knows.</summary>
    /// <exception cref="InvalidOperationException">It was charged for, and is no stream.</exception>
    public static FunctionResult Bind(FunctionResult result, Caller? caller, StreamPayment? payment = null)
    {
        if (result.GetValue<object>() is not { } stream || ElementOf(stream.GetType()) is not { } element)
        {
            return payment is null
                ? result
                : throw new InvalidOperationException($"A filter answered {result.Function.Name}, which was asked for a stream, with none.");
        }

        return new FunctionResult(result, Reader.MakeGenericMethod(element).Invoke(null, [stream, caller, payment, CancellationToken.None]));
    }

    /// <summary>Whether a function answered with a stream.</summary>
    public static bool Is(object? result) => result is not null && ElementOf(result.GetType()) is not null;

    private static Type? ElementOf(Type stream) => stream.GetInterfaces()
        .FirstOrDefault(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>))?.GenericTypeArguments[0];

    /// <summary>Reads a stream with the caller bound, or the call that it was charged for.</summary>
    public static async IAsyncEnumerable<T> ReadAsync<T>(
        IAsyncEnumerable<T> stream, Caller? caller, StreamPayment? payment, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        payment = payment is null ? null : await payment.OfReadingAsync().ConfigureAwait(false);
        var reader = await OpenAsync(stream, caller, payment, cancellationToken).ConfigureAwait(false);
        var isWhole = false;
        try
        {
            while (await MoveAsync(reader, caller, payment).ConfigureAwait(false))
            {
                yield return reader.Current;
            }

            isWhole = true;
        }
        finally
        {
            try
            {
                using var binding = payment?.Enter() ?? CallerScope.Bind(caller);
                await reader.DisposeAsync().ConfigureAwait(false);
            }
            finally
            {
                if (payment is not null)
                {
                    await payment.EndAsync(isWhole).ConfigureAwait(false);
                }
            }
        }
    }

    private static async ValueTask<IAsyncEnumerator<T>> OpenAsync<T>(
        IAsyncEnumerable<T> stream, Caller? caller, StreamPayment? payment, CancellationToken cancellationToken)
    {
        using var binding = payment?.Enter() ?? CallerScope.Bind(caller);
        try
        {
            return stream.GetAsyncEnumerator(cancellationToken);
        }
        catch (Exception failure) when (payment is not null)
        {
            await payment.FailAsync(failure).ConfigureAwait(false);
            throw;
        }
    }

    private static async ValueTask<bool> MoveAsync<T>(IAsyncEnumerator<T> reader, Caller? caller, StreamPayment? payment)
    {
        using var binding = payment?.Enter() ?? CallerScope.Bind(caller);
        try
        {
            var hasMoved = await reader.MoveNextAsync().ConfigureAwait(false);
            return hasMoved && reader.Current is StreamingKernelContent content && DeniedResult.Find(content.Metadata) is { } denial
                ? throw new ToolDeniedException(denial)
                : hasMoved;
        }
        catch (Exception failure) when (payment is not null)
        {
            await payment.FailAsync(failure).ConfigureAwait(false);
            throw;
        }
    }
}
