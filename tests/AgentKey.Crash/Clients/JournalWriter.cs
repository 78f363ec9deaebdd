using System.Text;
using System.Text.Json;

namespace AgentKey.Crash.Clients;

/// <summary>Appends lines that survive the process: each is in the kernel's hands before the call goes on.</summary>
internal sealed class JournalWriter(string path) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly FileStream _file = new(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);

    public void Write(JournalEntry entry)
    {
        // A line that a kill cut off ends here, so that it cannot swallow the next one.
        var line = Encoding.UTF8.GetBytes("\n" + JsonSerializer.Serialize(entry) + "\n");
        lock (_gate)
        {
            _file.Write(line);
        }
    }

    public void Dispose() => _file.Dispose();
}
