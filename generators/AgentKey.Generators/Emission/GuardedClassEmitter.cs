using AgentKey.Generators.Models;

namespace AgentKey.Generators.Emission;

/// <summary>Writes the guarded twin of one class: the same tools, each of which charges before it works.</summary>
internal sealed class GuardedClassEmitter
{
    public const string GeneratedCode = "[global::System.CodeDom.Compiler.GeneratedCode(\"AgentKey.Generators\", \"0.1.0\")]";

    private const string Guard = "global::AgentKey.Agents.ToolGuard";
    private const string Policy = "global::AgentKey.Agents.ToolPolicy";

    private readonly ToolClassModel _model;
    private readonly SourceWriter _writer = new();
    private readonly UniqueNames _fields;
    private readonly string _guard;
    private readonly string _inner;

    private GuardedClassEmitter(ToolClassModel model)
    {
        _model = model;

        // A parameter hides a field of the same name, so fields keep clear of parameters as well as of methods.
        _fields = new UniqueNames(model.Methods.SelectMany(method => method.Parameters.Select(parameter => parameter.Name).Append(method.Name)));
        _guard = _fields.Take("_guard");
        _inner = _fields.Take("_inner");
    }

    public static string Emit(ToolClassModel model) => new GuardedClassEmitter(model).Emit();

    private string Emit()
    {
        _writer.Header();
        if (_model.Class.Namespace is { } home)
        {
            _writer.Line($"namespace {home};");
            _writer.Line();
        }

        _writer.Line($"/// <summary>The guarded twin of <see cref=\"{_model.Class.FullName}\"/>: charges the caller's key before each call.</summary>");
        _writer.Line(GeneratedCode);
        _writer.Lines(_model.Class.Attributes);
        _writer.Open($"{_model.Class.Accessibility} sealed class {_model.Class.GuardedName}");
        var policies = _model.Methods.Select(method => (Method: method, Field: _fields.Take(method.Name.TrimStart('@') + "Policy"))).ToArray();
        foreach (var (method, field) in policies)
        {
            EmitPolicy(method, field);
        }

        EmitConstructor();
        foreach (var (method, field) in policies)
        {
            _writer.Line();
            EmitMethod(method, field);
        }

        _writer.Close();
        return _writer.ToString();
    }

    private void EmitPolicy(ToolMethodModel method, string field)
    {
        _writer.Line($"private static readonly {Policy} {field} =");
        _writer.Line($"    new {Policy}(\"{method.ToolName}\", \"{method.Scope}\", global::AgentKey.Money.Cost.FromCents({method.Cents}));");
        _writer.Line();
    }

    private void EmitConstructor()
    {
        if (_model.NeedsInner)
        {
            _writer.Line($"private readonly {_model.Class.FullName} {_inner};");
        }

        _writer.Line($"private readonly {Guard} {_guard};");
        _writer.Line();
        _writer.Line("/// <summary>Creates the guarded twin.</summary>");
        var inner = _model.NeedsInner ? $"{_model.Class.FullName} inner, " : "";
        _writer.Open($"public {_model.Class.GuardedName}({inner}{Guard} guard)");
        if (_model.NeedsInner)
        {
            _writer.Line($"{_inner} = inner;");
        }

        _writer.Line($"{_guard} = guard;");
        _writer.Close();
    }

    private void EmitMethod(ToolMethodModel method, string policy)
    {
        _writer.Line($"/// <summary>Charges for <c>{method.Scope}</c>, then does what the tool does.</summary>");
        _writer.Lines(method.Attributes);
        _writer.Line($"[global::{WellKnownNames.AgentGuardedAttribute}]");
        var parameters = string.Join(", ", method.Parameters.Select(parameter => parameter.Declaration));
        _writer.Open($"{method.Accessibility} async {method.ReturnType} {method.Name}({parameters})");
        EmitBody(method, policy);
        _writer.Close();
    }

    private void EmitBody(ToolMethodModel method, string policy)
    {
        var locals = new UniqueNames(method.Parameters.Select(parameter => parameter.Name));
        var charge = locals.Take("charge");
        var failure = locals.Take("failure");
        var token = method.CancellationToken ?? "default";
        var result = method.ResultType is null ? null : locals.Take("result");

        _writer.Line($"var {charge} = await {_guard}.ChargeAsync({policy}, {token}).ConfigureAwait(false);");
        _writer.Line($"using var {locals.Take("call")} = {charge}.Enter();");
        if (result is not null)
        {
            _writer.Line($"{method.ResultType} {result};");
        }

        _writer.Open("try");
        _writer.Line((result is null ? "" : result + " = ") + Call(method) + ";");
        _writer.Close();
        _writer.Open($"catch (global::System.Exception {failure})");
        _writer.Line($"await {_guard}.FailAsync({charge}, {failure}, {token}).ConfigureAwait(false);");
        _writer.Line("throw;");
        _writer.Close();
        _writer.Line();
        _writer.Line($"await {_guard}.CompleteAsync({(result is null ? charge : $"{charge}, {result}")}).ConfigureAwait(false);");
        if (result is not null)
        {
            _writer.Line($"return {result};");
        }
    }

    private string Call(ToolMethodModel method)
    {
        var target = method.IsStatic ? _model.Class.FullName : _inner;
        var call = $"{target}.{method.Name}({string.Join(", ", method.Parameters.Select(parameter => parameter.Name))})";
        return method.IsAwaited ? $"await {call}.ConfigureAwait(false)" : call;
    }
}
