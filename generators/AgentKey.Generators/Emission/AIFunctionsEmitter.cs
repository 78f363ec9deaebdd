using AgentKey.Generators.Models;

namespace AgentKey.Generators.Emission;

/// <summary>Writes the method that makes AI functions of the assembly's tools, guarded.</summary>
internal static class AIFunctionsEmitter
{
    private const string Function = "global::Microsoft.Extensions.AI.AIFunction";
    private const string List = "global::System.Collections.Generic.List<" + Function + ">";
    private const string Options = "global::System.Text.Json.JsonSerializerOptions? serializerOptions";
    private const string Bind = "global::" + WellKnownNames.AIAdapter + ".WithAgentKey";
    private const string GetService = "global::Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions.GetRequiredService";

    public static string Emit(IEnumerable<ToolClassModel> classes, bool canBind) => RegistrationFile.Write(
        "Microsoft.Extensions.AI",
        "AgentTools",
        "This assembly's tools as AI functions.",
        classes.SelectMany(tool => tool.Experimental),
        writer =>
        {
            const string flags = "global::System.Reflection.BindingFlags";
            writer.Line($"private const {flags} Declared = {flags}.Instance | {flags}.Public | {flags}.NonPublic;");
            writer.Line();
            writer.Line("/// <summary>Makes an AI function of every tagged tool of this assembly, guarded. Needs <c>AddAgentTools()</c>.</summary>");
            writer.Open($"public static {List} CreateFunctions(global::System.IServiceProvider services, {Options} = null)");
            writer.Line($"{List} functions = new {List}();");
            foreach (var tool in classes)
            {
                EmitClass(writer, tool);
            }

            writer.Line("return functions;");
            writer.Close();
            writer.Line();
            if (canBind)
            {
                EmitBinding(writer);
                writer.Line();
            }

            EmitAdd(writer);
        });

    private static void EmitClass(SourceWriter writer, ToolClassModel tool)
    {
        var methods = tool.Methods.Where(method => (method.Uses & (ToolUses.McpPrompt | ToolUses.McpResource)) == 0).Select(method => Find(tool, method)).ToList();
        if (methods.Count == 0)
        {
            return;
        }

        writer.Line($"Add(functions, {GetService}<{tool.GuardedFullName}>(services), serializerOptions,");
        foreach (var method in methods)
        {
            writer.Line($"    {method}{(method == methods[methods.Count - 1] ? ");" : ",")}");
        }
    }

    private static void EmitBinding(SourceWriter writer)
    {
        const string caller = "global::AgentKey.Keys.Caller caller";
        writer.Line("/// <summary>The same for one caller, who pays whoever is bound around a call. A refusal is an answer that the model can read.</summary>");
        writer.Open($"public static {List} CreateFunctions(global::System.IServiceProvider services, {caller}, {Options} = null)");
        writer.Line($"return CreateFunctions(services, serializerOptions).ConvertAll(function => {Bind}(function, caller));");
        writer.Close();
    }

    private static string Find(ToolClassModel tool, ToolMethodModel method)
    {
        var types = method.Parameters.Count == 0
            ? "global::System.Type.EmptyTypes"
            : $"new global::System.Type[] {{ {string.Join(", ", method.Parameters.Select(parameter => $"typeof({parameter.Type})"))} }}";
        return $"typeof({tool.GuardedFullName}).GetMethod(\"{method.Name.TrimStart('@')}\", Declared, {types})";
    }

    private static void EmitAdd(SourceWriter writer)
    {
        const string method = "global::System.Reflection.MethodInfo?[] methods";
        writer.Open($"private static void Add({List} functions, object tools, {Options}, params {method})");
        writer.Open("foreach (global::System.Reflection.MethodInfo? method in methods)");
        writer.Line("functions.Add(global::Microsoft.Extensions.AI.AIFunctionFactory.Create(method!, tools, serializerOptions: serializerOptions));");
        writer.Close();
        writer.Close();
    }
}
