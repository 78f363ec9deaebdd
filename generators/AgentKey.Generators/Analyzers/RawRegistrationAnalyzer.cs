using System.Collections.Immutable;
using AgentKey.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace AgentKey.Generators.Analyzers;

/// <summary>Finds raw tools on their way into a framework: by type, by instance, by method, by lambda, by assembly.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class RawRegistrationAnalyzer : AgentKeyAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(Rules.RawRegistration);

    // What Razor makes of a component is a generated file, too, and the raw tool in it is as free as any other.
    private protected override GeneratedCodeAnalysisFlags GeneratedCode => GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics;

    private protected override void Register(CompilationStartAnalysisContext context, KnownTypes types)
    {
        var registrations = Registrations.Find(context.Compilation);
        if (registrations.IsEmpty)
        {
            return;
        }

        var tools = new RawTools(types);
        context.RegisterOperationAction(operation => Check(operation, registrations, tools), OperationKind.Invocation);
    }

    private static void Check(OperationAnalysisContext context, Registrations registrations, RawTools tools)
    {
        var call = (IInvocationOperation)context.Operation;
        if (!registrations.Contains(call.TargetMethod))
        {
            return;
        }

        foreach (var use in Registrations.IsByAssembly(call.TargetMethod) ? RawUse.InAssembly(call, tools) : RawUse.InArguments(call, tools))
        {
            Report(context, call, use);
        }
    }

    private static void Report(OperationAnalysisContext context, IInvocationOperation call, RawUse use)
    {
        if (use.Type is not { } type)
        {
            context.ReportDiagnostic(Diagnostic.Create(
                Rules.RawRegistration, use.Place, call.TargetMethod.Name, "a lambda", "its tag charges nobody: make a method of a class of it, or run its work by ToolGuard.RunAsync"));
            return;
        }

        var twin = GuardedTwin.Find(type, context.Compilation);
        var advice = twin is null
            ? "it has no guarded twin here: build it with the generator of AgentKey.Agents"
            : $"register its guarded twin '{twin.Name}'";
        var data = ImmutableDictionary<string, string?>.Empty;
        if (twin is not null && !use.IsHeld)
        {
            data = data.Add(FixData.Twin, TwinName.MetadataName(type)).Add(FixData.PluginName, MissingPluginName(call, type));
        }

        context.ReportDiagnostic(Diagnostic.Create(Rules.RawRegistration, use.Place, data, call.TargetMethod.Name, type.Name, advice));
    }

    /// <summary>A plugin is named after its class unless it is told otherwise, and a model must not see the twin's name.</summary>
    private static string? MissingPluginName(IInvocationOperation call, INamedTypeSymbol raw) =>
        call.Arguments.Any(argument => argument is { Parameter.Name: "pluginName", ArgumentKind: ArgumentKind.DefaultValue }) ? raw.Name : null;
}
