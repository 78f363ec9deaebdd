using System.Text.Json;

namespace AgentKey.Crash.Clients;

/// <summary>Reads what clients wrote, killed ones too: a line that was cut off is left out.</summary>
public static class JournalReader
{
    public static IReadOnlyList<JournalEntry> ReadAll(string folder) => [.. Directory.EnumerateFiles(folder, "*.journal").SelectMany(Read)];

    public static IEnumerable<JournalEntry> Read(string path) =>
        File.Exists(path) ? File.ReadLines(path).Where(line => line.StartsWith('{') && line.EndsWith('}')).Select(line => JsonSerializer.Deserialize<JournalEntry>(line)!) : [];
}
