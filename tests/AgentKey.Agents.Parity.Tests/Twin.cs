using System.Reflection;
using System.Runtime.CompilerServices;
using AgentKey.SampleTools;

namespace AgentKey.Agents.Parity.Tests;

/// <summary>A tool as its author wrote it, and its guarded twin.</summary>
public sealed record Twin(MethodInfo Raw, MethodInfo Guarded)
{
    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    private static readonly (Type Raw, Type Guarded)[] Classes =
    [
        (typeof(ShapeTools), typeof(GuardedShapeTools)),
        (typeof(InheritingTools), typeof(GuardedInheritingTools)),
        (typeof(DocumentedTools), typeof(GuardedDocumentedTools)),
        (typeof(Prompts), typeof(GuardedPrompts)),
        (typeof(Resources), typeof(GuardedResources)),
        (typeof(Nested.Tools), typeof(GuardedNestedTools)),
    ];

    /// <summary>Every tagged method of every sample, by a name that a test's output can show.</summary>
    public static IReadOnlyDictionary<string, Twin> Samples { get; } = Classes
        .SelectMany(pair => pair.Raw.GetMethods(All).Where(IsTagged).Select(raw => Of(raw, pair.Guarded)))
        .ToDictionary(twin => $"{twin.Raw.ReflectedType!.Name}.{twin.Raw.Name}", StringComparer.Ordinal);

    public object? RawTarget => Raw.IsStatic ? null : RuntimeHelpers.GetUninitializedObject(Raw.ReflectedType!);

    public object GuardedTarget => RuntimeHelpers.GetUninitializedObject(Guarded.ReflectedType!);

    public static IEnumerable<string> With<TAttribute>()
        where TAttribute : Attribute => Samples.Where(sample => sample.Value.Raw.IsDefined(typeof(TAttribute))).Select(sample => sample.Key);

    private static bool IsTagged(MethodInfo method) => method.IsDefined(typeof(AgentScopeAttribute)) || method.IsDefined(typeof(AgentPublicAttribute));

    private static Twin Of(MethodInfo raw, Type guarded) => new(
        raw,
        guarded.GetMethod(raw.Name, All, [.. raw.GetParameters().Select(parameter => parameter.ParameterType)])
            ?? throw new MissingMethodException(guarded.Name, raw.Name));
}
