using System.Reflection;
using System.Runtime.CompilerServices;
using AgentKey.Agents.Tests.Tools;

namespace AgentKey.Agents.Tests;

/// <summary>Agent frameworks derive a tool's schema by reflection: the guarded twin must look like the tool.</summary>
public sealed class SchemaTests
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly (Type Raw, Type Guarded)[] Twins =
        [(typeof(WorkTools), typeof(GuardedWorkTools)), (typeof(Arithmetic), typeof(GuardedArithmetic))];

    public static TheoryData<Type, string> Methods =>
        [.. Twins.SelectMany(twin => twin.Raw.GetMethods(Declared).Select(method => new TheoryDataRow<Type, string>(twin.Raw, method.ToString()!)))];

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_guarded_method_has_the_attributes_names_defaults_and_nullability_of_the_raw_one(Type type, string signature)
    {
        var raw = type.GetMethods(Declared).Single(method => method.ToString() == signature);
        var guarded = Twins.Single(twin => twin.Raw == type).Guarded.GetMethod(raw.Name, Declared, [.. raw.GetParameters().Select(parameter => parameter.ParameterType)]);

        Assert.NotNull(guarded);
        Assert.Equal(Attributes(raw), Attributes(guarded).Where(attribute => !attribute.Contains("AgentGuarded", StringComparison.Ordinal)));
        Assert.Equal(Attributes(raw.ReturnParameter), Attributes(guarded.ReturnParameter));
        Assert.Equal(raw.GetParameters().Select(Describe), guarded.GetParameters().Select(Describe));
        Assert.Equal(ResultOf(raw), ResultOf(guarded));
    }

    [Fact]
    public void Only_the_guarded_methods_carry_the_marker() => Assert.All(Twins, twin =>
    {
        Assert.All(twin.Guarded.GetMethods(Declared), method => Assert.True(method.IsDefined(typeof(AgentGuardedAttribute))));
        Assert.All(twin.Raw.GetMethods(Declared), method => Assert.False(method.IsDefined(typeof(AgentGuardedAttribute))));
    });

    [Fact]
    public void The_guarded_class_keeps_the_attributes_of_the_raw_one() =>
        Assert.Equal(Attributes(typeof(WorkTools)), Attributes(typeof(GuardedWorkTools)));

    private static string Describe(ParameterInfo parameter)
    {
        var nullability = new NullabilityInfoContext().Create(parameter);
        var defaultValue = parameter.HasDefaultValue ? $"= {parameter.DefaultValue ?? "null"}" : "";
        return $"{string.Concat(Attributes(parameter))} {parameter.ParameterType} {nullability.ReadState} {parameter.Name} {defaultValue}";
    }

    private static List<string> Attributes(ICustomAttributeProvider member) =>
        [.. member.GetCustomAttributes(inherit: false).OfType<Attribute>().Where(attribute => !IsForCompiler(attribute.GetType())).Select(Describe).Order(StringComparer.Ordinal)];

    private static string Describe(Attribute attribute) =>
        $"{attribute.GetType()}({string.Join(", ", attribute.GetType().GetProperties().Where(property => property.Name != "TypeId").Select(property => property.GetValue(attribute)))})";

    private static bool IsForCompiler(Type attribute) =>
        attribute.Namespace is "System.Runtime.CompilerServices" or "System.Diagnostics" or "System.CodeDom.Compiler";

    /// <summary>What a caller has after awaiting: a synchronous tool's twin wraps its result in a ValueTask.</summary>
    private static Type ResultOf(MethodInfo method)
    {
        var type = method.ReturnType;
        return type.GetMethod(nameof(Task.GetAwaiter))?.ReturnType.GetMethod(nameof(TaskAwaiter.GetResult))!.ReturnType ?? type;
    }
}
