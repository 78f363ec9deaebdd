using System.ComponentModel;
using AgentKey.AspNetCore.Endpoints;
using Microsoft.AspNetCore.Hosting;

namespace AgentKey.AspNetCore;

/// <summary>
/// Keeps an application that forgot <c>AddAuthentication().AddAgentKeys()</c> from running for free what it tagged. The
/// generator names it in every application that references this package, so that there is nothing to call.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class AgentKeyHostingStartup : IHostingStartup
{
    /// <inheritdoc/>
    public void Configure(IWebHostBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.ConfigureServices(GateRegistration.AddTo);
    }
}
