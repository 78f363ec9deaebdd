using AgentKey.Generators.Models;

namespace AgentKey.Generators.Emission;

/// <summary>Writes the guarded twin of one class: the same tools, each of which charges before it works.</summary>
internal sealed class GuardedClassEmitter
{
    private const string Compliance = "CS3001, CS3002, CS3005, CS3006, CS3008, CS3016 // A tool is as compliant with the CLS as its author made it.";
    private const string Guard = "global::AgentKey.Agents.ToolGuard";

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
        _writer.Header(_model.Experimental, Compliance);
        _writer.OpenNamespace(_model.Class.Namespace);
        _writer.Line($"/// <summary>The guarded twin of <see cref=\"{_model.Class.FullName}\"/>: charges the caller's key before each call.</summary>");
        _writer.Line(SourceWriter.GeneratedCode);
        _writer.Lines(_model.Class.Attributes);
        _writer.Open($"{_model.Class.Accessibility} sealed class {_model.Class.GuardedName}");
        EmitMembers();
        _writer.Close();
        _writer.CloseNamespace(_model.Class.Namespace);
        return _writer.ToString();
    }

    private void EmitMembers()
    {
        var methods = new GuardedMethodEmitter(_writer, _model.Class.FullName, _guard, _inner);
        var policies = _model.Methods.Select(method => (Method: method, Field: _fields.Take(method.Name.TrimStart('@') + "Policy"))).ToArray();
        foreach (var (method, field) in policies.Where(tool => tool.Method.Scope is not null))
        {
            PolicyEmitter.Emit(_writer, method, field);
        }

        EmitConstructor();
        foreach (var (method, field) in policies)
        {
            _writer.Line();
            methods.Emit(method, field);
        }
    }

    private void EmitConstructor()
    {
        var parts = new (bool IsNeeded, string Type, string Field, string Parameter)[]
        {
            (_model.NeedsInner, _model.Class.FullName, _inner, "inner"),
            (_model.NeedsGuard, Guard, _guard, "guard"),
        };
        var needed = parts.Where(part => part.IsNeeded).ToList();
        foreach (var part in needed)
        {
            _writer.Line($"private readonly {part.Type} {part.Field};");
        }

        _writer.Separate(needed.Count > 0);
        _writer.Line("/// <summary>Creates the guarded twin.</summary>");
        _writer.Open($"public {_model.Class.GuardedName}({string.Join(", ", needed.Select(part => $"{part.Type} {part.Parameter}"))})");
        foreach (var part in needed)
        {
            _writer.Line($"{part.Field} = {part.Parameter};");
        }

        _writer.Close();
    }
}
