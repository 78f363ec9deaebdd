using AgentKey.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AgentKey.AspNetCore;

/// <summary>A request that the store did not decide: it did not answer, or its tables are not as they have to be.</summary>
internal static partial class UndecidedRequest
{
    public static bool IsCausedBy(Exception fault) => fault is StoreUnavailableException or SchemaException;

    public static Task WriteAsync(HttpContext context, Exception fault)
    {
        Log(context, fault);
        return RefusalResponse.WriteUnavailableAsync(context);
    }

    /// <summary>For the operator only: the message tells what to do, and holds no credentials.</summary>
    public static void Log(HttpContext context, Exception fault) =>
        LogUndecided(context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("AgentKey.AspNetCore"), fault);

    [LoggerMessage(1004, LogLevel.Error, "A request could not be decided: the store did not answer as it should")]
    private static partial void LogUndecided(ILogger logger, Exception fault);
}
