using System.CommandLine;
using AgentKey.Cli.Output;
using AgentKey.Storage;

namespace AgentKey.Cli;

/// <summary>Opens the store for one command, and turns what may go wrong into an exit code and one line.</summary>
internal static class CommandRunner
{
    public static Command Runs(this Command command, Func<AgentKeys, ParseResult, CancellationToken, Task<CommandResult>> action)
    {
        command.SetAction((parse, cancellationToken) => RunAsync(parse, async () =>
        {
            await using var keys = new AgentKeys(GlobalOptions.OpenStore(parse), GlobalOptions.ReadSettings());
            return await ShowAsync(await action(keys, parse, cancellationToken), parse);
        }));
        return command;
    }

    /// <summary>Runs until it is stopped, and prints by itself. Programs wait for it, so it waits for the store no longer than a program does.</summary>
    public static Command RunsUntilStopped(this Command command, Func<AgentKeys, ParseResult, CancellationToken, Task> action) =>
        command.RunsUntilStopped(async (keys, parse, cancellationToken) =>
        {
            await action(keys, parse, cancellationToken);
            return ExitCode.Done;
        });

    /// <summary>As above, with an exit code of its own.</summary>
    public static Command RunsUntilStopped(this Command command, Func<AgentKeys, ParseResult, CancellationToken, Task<int>> action)
    {
        command.SetAction(async (parse, cancellationToken) =>
        {
            try
            {
                await using var keys = new AgentKeys(GlobalOptions.OpenStore(parse), GlobalOptions.ReadServerSettings());
                return await action(keys, parse, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return ExitCode.Done;
            }
            catch (Exception error)
            {
                return ErrorWriter.Write(error, parse.GetValue(GlobalOptions.Json));
            }
        });
        return command;
    }

    /// <summary>The same for a command that needs no store.</summary>
    public static Command Runs(this Command command, Func<ParseResult, CommandResult> action)
    {
        command.SetAction((parse, _) => RunAsync(parse, () => ShowAsync(action(parse), parse)));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parse, Func<Task<int>> action)
    {
        try
        {
            return await action();
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            return ErrorWriter.Write(error, parse.GetValue(GlobalOptions.Json));
        }
    }

    private static async Task<int> ShowAsync(CommandResult result, ParseResult parse)
    {
        try
        {
            ResultWriter.Write(result, parse.GetValue(GlobalOptions.Json));
            return result.ExitCode;
        }
        catch (IOException failure) when (result.TakeBack is { } takeBack)
        {
            throw new IOException($"{failure.Message} {await takeBack()}", failure);
        }
    }
}
