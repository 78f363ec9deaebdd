namespace AgentKey.Agents.Mcp.Tests.Hosting;

/// <summary>Waits for what happens in its own time; a minute is far beyond what any machine needs.</summary>
internal static class Eventually
{
    public static async Task IsTrueAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!await condition())
        {
            await Task.Delay(20, limit.Token);
        }
    }
}
