namespace AgentKey.Generators;

/// <summary>Types that the generator looks for, by metadata name.</summary>
internal static class WellKnownNames
{
    /// <summary>What generated code says it is of.</summary>
    public const string Generator = "AgentKey.Generators";

    public const string AttributesAssembly = "AgentKey.Agents";
    public const string AgentScopeAttribute = "AgentKey.Agents.AgentScopeAttribute";
    public const string AgentPublicAttribute = "AgentKey.Agents.AgentPublicAttribute";
    public const string AgentGuardedAttribute = "AgentKey.Agents.AgentGuardedAttribute";
    public const string AgentToolEntryAttribute = "AgentKey.Agents.AgentToolEntryAttribute";
    public const string CostAttribute = "AgentKey.Agents.CostAttribute";
    public const string Cost = "AgentKey.Money.Cost";

    public const string McpServerToolAttribute = "ModelContextProtocol.Server.McpServerToolAttribute";
    public const string McpServerPromptAttribute = "ModelContextProtocol.Server.McpServerPromptAttribute";
    public const string McpServerResourceAttribute = "ModelContextProtocol.Server.McpServerResourceAttribute";
    public const string FromKeyedServicesAttribute = "Microsoft.Extensions.DependencyInjection.FromKeyedServicesAttribute";
    public const string FromKernelServicesAttribute = "Microsoft.SemanticKernel.FromKernelServicesAttribute";
    public const string McpAdapter = "AgentKey.Agents.Mcp.AgentKeysMcpServerBuilderExtensions";
    public const string KernelFunctionAttribute = "Microsoft.SemanticKernel.KernelFunctionAttribute";
    public const string SemanticKernelAdapter = "AgentKey.Agents.SemanticKernel.AgentKernelPluginExtensions";
    public const string FunctionInvokingChatClient = "Microsoft.Extensions.AI.FunctionInvokingChatClient";
    public const string HttpAdapter = "AgentKey.AspNetCore.AgentKeyHostingStartup";
    public const string AIAdapter = "AgentKey.Agents.AI.AgentKeyFunctionExtensions";
    public const string ServiceCollection = "Microsoft.Extensions.DependencyInjection.IServiceCollection";

    public const string ObsoleteAttribute = "System.ObsoleteAttribute";
    public const string AttributeUsageAttribute = "System.AttributeUsageAttribute";
    public const string GeneratedCodeAttribute = "System.CodeDom.Compiler.GeneratedCodeAttribute";
    public const string ExperimentalAttribute = "System.Diagnostics.CodeAnalysis.ExperimentalAttribute";
    public const string DisplayNameAttribute = "System.ComponentModel.DisplayNameAttribute";
    public const string DescriptionAttribute = "System.ComponentModel.DescriptionAttribute";
    public const string EnumeratorCancellationAttribute = "System.Runtime.CompilerServices.EnumeratorCancellationAttribute";
    public const string ControllerBase = "Microsoft.AspNetCore.Mvc.ControllerBase";
    public const string PageModel = "Microsoft.AspNetCore.Mvc.RazorPages.PageModel";
    public const string Hub = "Microsoft.AspNetCore.SignalR.Hub";
    public const string ServerCallContext = "Grpc.Core.ServerCallContext";
    public const string HttpContext = "Microsoft.AspNetCore.Http.HttpContext";
    public const string BindServiceMethodAttribute = "Grpc.Core.BindServiceMethodAttribute";
    public const string ApiControllerAttribute = "Microsoft.AspNetCore.Mvc.ApiControllerAttribute";
    public const string NonControllerAttribute = "Microsoft.AspNetCore.Mvc.NonControllerAttribute";
    public const string NonActionAttribute = "Microsoft.AspNetCore.Mvc.NonActionAttribute";
    public const string ControllerAttribute = "Microsoft.AspNetCore.Mvc.ControllerAttribute";
    public const string CancellationToken = "System.Threading.CancellationToken";
    public const string AsyncEnumerable = "System.Collections.Generic.IAsyncEnumerable<T>";
}
