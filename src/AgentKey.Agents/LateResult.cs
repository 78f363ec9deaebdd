using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace AgentKey.Agents;

/// <summary>What a tool returned before its work was done. That work is a part of the call, so it ends before the call is settled.</summary>
internal static class LateResult
{
    /// <summary>Whether work may go on in the result.</summary>
    public static bool Is([NotNullWhen(true)] object? result) => result switch
    {
        null or string or ICollection => false,
        Task or ValueTask => true,
        IEnumerable sequence => !IsCollection(sequence.GetType()),
        _ => IsUnreadable(result.GetType()),
    };

    /// <summary>Waits for a task, and reads a sequence to its end.</summary>
    /// <param name="result">A result that <see cref="Is"/> late.</param>
    /// <param name="declared">What is read has to be this, too.</param>
    /// <param name="tool">Whose result it is.</param>
    /// <returns>The same task, or an array of what was read.</returns>
    /// <exception cref="InvalidOperationException">It can be read only by who knows its type; nothing of it was.</exception>
    public static async ValueTask<object?> EndAsync(object result, Type declared, string tool)
    {
        if (result is Task task)
        {
            await task.ConfigureAwait(false);
            return task;
        }

        return result is IEnumerable sequence && EmptyArrayFor(sequence.GetType()) is { } empty && declared.IsInstanceOfType(empty)
            ? Read(sequence, empty)
            : throw new InvalidOperationException(
                $"{tool} returned {result.GetType()}, whose work would go on after the call was settled; return a list, or declare what it returns.");
    }

    private static Array Read(IEnumerable sequence, Array empty)
    {
        var items = new ArrayList();
        foreach (var item in sequence)
        {
            items.Add(item);
        }

        var array = RuntimeFeature.IsDynamicCodeSupported
            ? Array.CreateInstance(empty.GetType().GetElementType()!, items.Count)
            : new object?[items.Count];
        items.CopyTo(array);
        return array;
    }

    // Serializers look at the type of the items.
    private static Array EmptyArrayFor(Type sequence) =>
        RuntimeFeature.IsDynamicCodeSupported && InterfacesOf(sequence).FirstOrDefault(part => IsOf(part, typeof(IEnumerable<>))) is { } items
            ? Array.CreateInstance(items.GenericTypeArguments[0], 0)
            : Array.Empty<object?>();

    private static bool IsCollection(Type type) =>
        InterfacesOf(type).Any(part => IsOf(part, typeof(ICollection<>)) || IsOf(part, typeof(IReadOnlyCollection<>)));

    private static bool IsUnreadable(Type type) =>
        IsOf(type, typeof(ValueTask<>)) || InterfacesOf(type).Any(part => IsOf(part, typeof(IAsyncEnumerable<>)));

    private static bool IsOf(Type type, Type generic) => type.IsGenericType && type.GetGenericTypeDefinition() == generic;

    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "Only interfaces that are named here are asked for, so they are kept.")]
    private static Type[] InterfacesOf(Type type) => type.GetInterfaces();
}
