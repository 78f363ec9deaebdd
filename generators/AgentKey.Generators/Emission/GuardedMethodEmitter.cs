using AgentKey.Generators.Models;
using AgentKey.Generators.Parsing;

namespace AgentKey.Generators.Emission;

/// <summary>Writes one guarded method: charge, work, and then settle or give the money back.</summary>
internal sealed class GuardedMethodEmitter(SourceWriter writer, string rawClass, string guard, string inner)
{
    private const string Linq = "global::System.Linq.Enumerable";

    public void Emit(ToolMethodModel method, string policy)
    {
        var parameters = string.Join(", ", method.Parameters.Select(parameter => parameter.Declaration));
        writer.Line(method.Scope is null
            ? "/// <summary>Free, and meant to be: does what the tool does.</summary>"
            : $"/// <summary>Charges for <c>{method.Scope}</c>, then does what the tool does.</summary>");
        writer.Lines(method.Attributes);
        writer.Line($"[global::{WellKnownNames.AgentGuardedAttribute}]");
        if (method.Scope is null)
        {
            writer.Line($"{method.Accessibility} {method.RawReturnType} {method.Name}({parameters}) => {Call(method)};");
            return;
        }

        var head = $"{method.ReturnType} {method.Name}({parameters})";
        if (HandsOnTask(method) && LambdaState.Of(method, inner) is { } state)
        {
            writer.Line($"{method.Accessibility} {head} =>");
            writer.Line($"    {RunTask(method, policy, state)};");
            return;
        }

        writer.Open($"{method.Accessibility} {(method.ReturnKind == ReturnKind.Stream ? "" : "async ")}{head}");
        if (method.ReturnKind == ReturnKind.Stream)
        {
            EmitStream(method, policy);
        }
        else
        {
            EmitWork(method, policy);
        }

        writer.Close();
    }

    // A rule that settles needs the result, so there the tool's own task is never the last word.
    private static bool HandsOnTask(ToolMethodModel method) =>
        method is { ReturnKind: ReturnKind.Task, Price.Rule: null or { Settle: null } } && !method.Parameters.Any(parameter => parameter.IsDynamic);

    private string RunTask(ToolMethodModel method, string policy, LambdaState state)
    {
        var lambda = $"static {state.Parameter} => ";
        var price = Price(method, policy, state.Owner) is { } known ? $", {lambda}{known}" : "";
        return $"{guard}.RunTaskAsync({policy}{price}, {state.Value}, {lambda}{Call(method, state.Owner)}, {Token(method)})";
    }

    private void EmitStream(ToolMethodModel method, string policy)
    {
        var settle = method.Price.Rule?.Settle is { } rule ? $", () => {rule.Write(result: null)}" : "";
        writer.Line($"return {guard}.Stream({Arguments(method, policy)}, () => {Call(method)}{settle}, {Token(method)});");
    }

    private void EmitWork(ToolMethodModel method, string policy)
    {
        var locals = new UniqueNames(method.Parameters.Select(parameter => parameter.Name));
        var charge = locals.Take("charge");
        var failure = locals.Take("failure");
        var result = method.ResultType is null ? null : locals.Take("result");

        writer.Line($"global::AgentKey.Agents.ToolCharge {charge} = await {guard}.ChargeAsync({Arguments(method, policy)}, {Token(method)}).ConfigureAwait(false);");
        writer.Line($"using global::AgentKey.Agents.CallerScope.Binding {locals.Take("call")} = {charge}.Enter();");
        if (result is not null)
        {
            writer.Line($"{method.ResultType} {result};");
        }

        writer.Open("try");
        EmitCall(method, policy, result);
        writer.Close();
        writer.Open($"catch (global::System.Exception {failure})");
        writer.Line($"await {guard}.FailAsync({charge}, {failure}, {Token(method)}).ConfigureAwait(false);");
        writer.Line("throw;");
        writer.Close();
        writer.Line();
        writer.Line(Completion(method, charge, result));
        if (result is not null)
        {
            writer.Line($"return {result};");
        }
    }

    private void EmitCall(ToolMethodModel method, string policy, string? result)
    {
        var work = method.ReturnKind is ReturnKind.Awaitable or ReturnKind.Task ? $"await {Call(method)}.ConfigureAwait(false)" : Call(method);
        writer.Line(result is null ? $"{work};" : $"{result} = {work};");
        if (method.SequenceOf is not null)
        {
            writer.Open($"if ({result} is not null and not global::System.Collections.ICollection)");
            writer.Line($"{result} = {Linq}.ToArray({Linq}.Cast<{method.SequenceOf}>({result}));");
            writer.Close();
        }
        else if (method.ReturnsAnything)
        {
            writer.Line($"{result} = await global::AgentKey.Agents.ToolGuard.WaitForAsync({policy}, (object?){result}).ConfigureAwait(false);");
        }
    }

    private string Completion(ToolMethodModel method, string charge, string? result)
    {
        // A dynamic result would have the guard looked for at run time.
        var given = result is null || method.ResultType is not ("dynamic" or "dynamic?") ? result : $"(object?){result}";
        var call = method.Price.Rule?.Settle is { } settle
            ? $"CompleteAsync{(result is null ? "<object?>" : "")}({charge}, {given ?? "null"}, () => {settle.Write(result)})"
            : $"CompleteAsync({charge}{(result is null ? "" : $", {given}")})";
        return $"await {guard}.{call}.ConfigureAwait(false);";
    }

    /// <summary>The policy, and the price where the policy alone does not know it.</summary>
    private static string Arguments(ToolMethodModel method, string policy) => Price(method, policy) is { } price ? $"{policy}, {price}" : policy;

    private static string? Price(ToolMethodModel method, string policy, string owner = "") => method.Price switch
    {
        { Kind: PriceKind.PerArgument, Argument: var argument } => $"{policy}.Price.Of({owner}{TypeNames.Escape(argument)})",
        { Kind: PriceKind.Rule, Rule: { } rule } => rule.Price.Write(result: null, owner),
        _ => null,
    };

    private string Call(ToolMethodModel method, string owner = "")
    {
        var call = $"{Target(method, owner)}.{method.Name}({string.Join(", ", method.Parameters.Select(parameter => Argument(parameter, owner)))})";
        return method.ReturnsLess ? $"(({method.RawReturnType}){call})" : call;
    }

    private string Target(ToolMethodModel method, string owner) => method switch
    {
        { IsStatic: true } => method.Receiver ?? rawClass,
        { Receiver: { } receiver } => $"(({receiver}){owner}{inner})",
        _ => owner + inner,
    };

    // What is dynamic would choose the tool by what is in it.
    private static string Argument(ParameterModel parameter, string owner) => (parameter.IsDynamic ? "(object?)" : "") + owner + parameter.Name;

    private static string Token(ToolMethodModel method) => method.CancellationToken ?? "default";
}
