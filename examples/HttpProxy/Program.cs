using AgentKey;
using AgentKey.Agents;
using AgentKey.AspNetCore;
using AgentKey.Events;
using AgentKey.Storage;
using HttpProxy;
using Microsoft.AspNetCore.Authentication.Cookies;

try
{
    var builder = WebApplication.CreateBuilder(args);
    var settings = ProxySettings.Of(builder.Configuration);
    builder.Services.AddAgentKeys(_ => settings.OpenStore(), options => options.Events = new EventRules { Refusals = 1 });
    builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie().AddAgentKeys();
    builder.Services.AddAuthorizationBuilder().AddPolicy(OperatorLink.Role, policy => policy.RequireRole(OperatorLink.Role));
    builder.Services.AddAgentKeyDashboard();
    builder.Services.AddSingleton(settings);
    builder.Services.AddHttpClient<ChatUpstream>();

    await using var app = builder.Build();
    app.MapPost("/api/proxy", (HttpContext context, ChatUpstream upstream) => upstream.ForwardAsync(context))
        .RequireAgentScope("proxy.chat")
        .WithCost(15);
    app.MapAgentKeys();
    app.MapAgentKeyDashboard().RequireAuthorization(OperatorLink.Role);
    var link = new OperatorLink();
    app.MapGet("/sign-in", link.UseAsync);

    // A proxy without its table would refuse every call: say so now, with the command that mends it.
    await app.Services.GetRequiredService<AgentKeys>().ListAsync();
    await app.StartAsync();
    await Console.Error.WriteLineAsync($"Ready: {app.Urls.First()}/api/proxy");
    await Console.Error.WriteLineAsync($"Dashboard, once: {app.Urls.First()}{link.Path}");
    await app.WaitForShutdownAsync();
    return 0;
}
catch (Exception error) when (error is ArgumentException or SchemaException or StoreUnavailableException or IOException)
{
    await Console.Error.WriteLineAsync(error.Message);
    return error is ArgumentException ? 2 : 1;
}
