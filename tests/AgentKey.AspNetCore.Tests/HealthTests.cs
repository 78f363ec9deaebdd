using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AgentKey.AspNetCore.Tests;

public sealed class HealthTests
{
    [Fact]
    public async Task Row67_The_check_fails_while_the_store_is_away_and_recovers_by_itself()
    {
        await using var application = await StartAsync();

        using var before = await application.GetAsync("/health");
        application.Folder.TakeAway();
        using var during = await application.GetAsync("/health");
        application.Folder.BringBack();
        using var after = await application.GetAsync("/health");

        Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, during.StatusCode);
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
    }

    [Fact]
    public async Task A_table_that_is_not_there_is_named_with_what_mends_it()
    {
        await using var application = await StartAsync();
        application.Folder.DropTable();

        var report = await application.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();

        Assert.Equal(HealthStatus.Unhealthy, report.Status);
        Assert.Contains("agentkey migrate", report.Entries["agentkey"].Description, StringComparison.Ordinal);
    }

    private static Task<KeyedApplication> StartAsync() => KeyedApplication.StartAsync(
        endpoints => endpoints.MapHealthChecks("/health"), services: services => services.AddHealthChecks().AddAgentKeys());
}
