using AgentKey;
using AgentKey.Agents;
using AgentKey.Agents.Mcp;
using AgentKey.AspNetCore;
using AgentKey.Storage;
using BudgetedMcpServer;
using BudgetedMcpServer.Documents;

try
{
    var options = ServerOptions.Parse(args);
    using var host = options.IsStdio ? BuildStdio(options) : BuildHttp(options);

    // A server without its table would refuse every call: say so now, with the command that mends it.
    await host.Services.GetRequiredService<AgentKeys>().ListAsync();
    await host.StartAsync();

    var documents = host.Services.GetRequiredService<DocumentFolder>().Count;
    var place = host is WebApplication application ? $"{application.Urls.Single()}/mcp" : "standard input and output";
    await Console.Error.WriteLineAsync($"Ready: {documents} documents at {place}");
    await host.WaitForShutdownAsync();
    return 0;
}
catch (Exception error) when (error is ArgumentException or SchemaException or StoreUnavailableException or IOException)
{
    await Console.Error.WriteLineAsync(error.Message);
    return error is ArgumentException ? 2 : 1;
}

static IHost BuildHttp(ServerOptions options)
{
    var builder = WebApplication.CreateBuilder();
    builder.WebHost.UseUrls(options.Urls);
    builder.Configuration["AllowedHosts"] = "localhost;127.0.0.1;[::1]"; // a web page must not reach us through its own DNS name
    builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error); // nothing here is protected by it
    AddTools(builder, options).WithHttpTransport();
    builder.Services.AddAuthentication().AddAgentKeys();
    builder.Services.AddAuthorization();

    var app = builder.Build();
    app.UseAuthentication();
    app.UseAuthorization();
    app.MapMcp("/mcp").RequireAuthorization();
    return app;
}

static IHost BuildStdio(ServerOptions options)
{
    var builder = Host.CreateApplicationBuilder();
    builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace); // stdout is the protocol's
    AddTools(builder, options).WithStdioServerTransport();
    return builder.Build();
}

static IMcpServerBuilder AddTools(IHostApplicationBuilder builder, ServerOptions options)
{
    builder.Logging.SetMinimumLevel(LogLevel.Warning);
    builder.Services.AddSingleton(new DocumentFolder(options.Documents));
    builder.Services.AddAgentKeys(_ => StoreAddress.Open(options.Store), keys => keys.StoreTimeout = options.StoreTimeout);
    return builder.Services.AddMcpServer().WithAgentKeys().WithAgentTools();
}
