using AgentKey.PlainMcpServer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

// A server that knows nothing of keys and money, as anybody might have it: on standard input and output, or with --http
// on a free port, which it writes to standard error. --protocol pins the revision; --extra adds a tool for
// each line of a file.
var protocol = ValueOf("--protocol");
McpServerOptions? first = null;
if (args.Contains("--http"))
{
    var builder = WebApplication.CreateSlimBuilder();
    builder.Logging.ClearProviders();
    builder.WebHost.UseUrls(ValueOf("--urls") ?? "http://127.0.0.1:0");
    builder.Services.AddHttpContextAccessor();
    AddServer(builder.Services).WithHttpTransport(http =>
    {
        http.SessionMode = protocol is null ? HttpServerSessionMode.Stateless : HttpServerSessionMode.Stateful;
        http.RunSessionHandler = (_, server, token) => PlainSubscriptions.RunSessionAsync(server, token);
    });
    var application = builder.Build();
    application.MapMcp("/mcp");
    await application.StartAsync();
    await Console.Error.WriteLineAsync($"Listening at {application.Urls.Single()}/mcp");
    await application.WaitForShutdownAsync();
}
else
{
    var builder = Host.CreateEmptyApplicationBuilder(null);
    AddServer(builder.Services).WithStdioServerTransport();
    await builder.Build().RunAsync();
}

IMcpServerBuilder AddServer(IServiceCollection services) => services
    .PostConfigure<McpServerOptions>(options =>
    {
        // A server without sessions is made anew for each request; what it has stays.
        first ??= options;
        options.ToolCollection = first.ToolCollection;
        options.PromptCollection = first.PromptCollection;
        options.ResourceCollection = first.ResourceCollection;
    })
    .AddMcpServer(options =>
    {
        options.ServerInfo = new() { Name = "plain", Version = "1.2.3" };
        options.ServerInstructions = "Be plain.";
        options.ProtocolVersion = protocol;
        options.Capabilities = new() { Resources = new() { Subscribe = true } };
        options.Handlers.NotificationHandlers = [new(NotificationMethods.RootsListChangedNotification, PlainTools.HearOfRootsAsync)];
    })
    .WithTools<PlainTools>().WithTools(File.ReadAllLines(ValueOf("--extra") ?? "/dev/null").Select(PlainTools.Named)).WithPrompts<PlainCatalog>().WithResources<PlainCatalog>()
    .WithCompleteHandler(PlainCatalog.CompleteAsync)
    .WithSubscribeToResourcesHandler(PlainSubscriptions.SubscribeAsync)
    .WithUnsubscribeFromResourcesHandler(PlainSubscriptions.UnsubscribeAsync)
    .WithSubscriptionsListenHandler(PlainSubscriptions.ListenAsync);

string? ValueOf(string option) => Array.IndexOf(args, option) is var index and >= 0 ? args[index + 1] : null;
