using System.Text.Json.Nodes;
using AgentKey.Storage;

namespace AgentKey.Cli.Output;

/// <summary>Prints what went wrong in one line, and chooses the exit code.</summary>
internal static class ErrorWriter
{
    private const string DebugVariable = "AGENTKEY_DEBUG";

    public static int Write(Exception error, bool isJson)
    {
        var (code, exitCode) = error switch
        {
            InvalidFieldException => ("invalid_field", ExitCode.Usage),
            StoreUnavailableException => ("store_unavailable", ExitCode.StoreUnreachable),
            SchemaException => ("schema", ExitCode.Failure),
            _ => ("failure", ExitCode.Failure),
        };
        return Write(code, error.Message, (error as InvalidFieldException)?.Field, exitCode, isJson, error);
    }

    public static int WriteUsage(string message, bool isJson) => Write("usage", message, null, ExitCode.Usage, isJson, null);

    private static int Write(string code, string message, string? field, int exitCode, bool isJson, Exception? error)
    {
        if (isJson)
        {
            var details = new JsonObject { ["code"] = code, ["message"] = message };
            if (field is not null)
            {
                details["field"] = field;
            }

            TryWriteJson(new JsonObject { ["error"] = details });
        }

        Console.Error.WriteLine(message);
        if (error is not null && Environment.GetEnvironmentVariable(DebugVariable) == "1")
        {
            Console.Error.WriteLine(error);
        }

        return exitCode;
    }

    // Standard output may be what failed. Standard error says it anyway.
    private static void TryWriteJson(JsonObject json)
    {
        try
        {
            ResultWriter.WriteJson(json);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
        }
    }
}
