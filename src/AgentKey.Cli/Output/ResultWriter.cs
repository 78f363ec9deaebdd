using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace AgentKey.Cli.Output;

/// <summary>Prints a result: data on stdout, the rest on stderr.</summary>
internal static class ResultWriter
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Prints a result.</summary>
    /// <exception cref="IOException">There is nowhere to print it.</exception>
    public static void Write(CommandResult result, bool isJson)
    {
        try
        {
            Print(result, isJson);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new IOException("Standard output cannot be written.", failure);
        }
    }

    public static void WriteJson(JsonObject json) => Console.Out.WriteLine(json.ToJsonString(Indented));

    private static void Print(CommandResult result, bool isJson)
    {
        if (isJson)
        {
            WriteJson(result.Json);
        }
        else
        {
            var writer = result.ExitCode == ExitCode.Done ? Console.Out : Console.Error;
            Plain(writer).Write(result.Plain);
            writer.WriteLine();
        }
    }

    private static IAnsiConsole Plain(TextWriter writer)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        if (Console.IsOutputRedirected)
        {
            // Nobody wraps a pipe: a secret or an id must not be broken at column 80.
            console.Profile.Width = 1000;
        }

        return console;
    }
}
