using System.Diagnostics;

namespace AgentKey.Crash.Clients;

/// <summary>A client process that can be killed and comes back with its journal.</summary>
public sealed class ClientHandle
{
    private readonly string _name;
    private readonly string _journal;
    private readonly string _store;
    private readonly IReadOnlyList<string> _secrets;
    private Process _process;

    public ClientHandle(int number, string folder, string store, IReadOnlyList<string> secrets)
    {
        _name = $"c{number}";
        _journal = Path.Combine(folder, $"{_name}.journal");
        _store = store;
        _secrets = secrets;
        _process = Start();
    }

    /// <summary>Waits until the process has had its first answer.</summary>
    public async Task WaitForAnswerAsync()
    {
        while (JournalReader.Read(_journal).All(entry => entry.Answer is null))
        {
            if (_process.HasExited)
            {
                throw new InvalidOperationException($"Client {_name} ended with exit code {_process.ExitCode} before it had an answer.");
            }

            await Task.Delay(100);
        }
    }

    /// <summary>Kills the process where it stands, and starts it again.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _process = Start();
    }

    /// <summary>Lets the process answer what it has asked, and waits for its end.</summary>
    public async Task FinishAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        if (_process.ExitCode != 0)
        {
            throw new InvalidOperationException($"Client {_name} ended with exit code {_process.ExitCode}.");
        }
    }

    private Process Start() => Process.Start(new ProcessStartInfo("dotnet", [typeof(ClientHandle).Assembly.Location, "client", _name, _journal])
    {
        RedirectStandardInput = true,
        Environment = { ["AGENTKEY_CRASH_STORE"] = _store, ["AGENTKEY_CRASH_SECRETS"] = string.Join(' ', _secrets) },
    })!;
}
