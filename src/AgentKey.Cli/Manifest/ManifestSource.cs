using AgentKey.Generators.Manifest;

namespace AgentKey.Cli.Manifest;

/// <summary>Where tools are listed: a built assembly, or a manifest that was written from one.</summary>
internal static class ManifestSource
{
    private const string Forms = "the path of a built assembly (.dll, .exe) or of a manifest (.json)";

    /// <summary>Reads the tools.</summary>
    /// <exception cref="InvalidFieldException">There is no such file, or it is neither.</exception>
    public static IReadOnlyList<ToolEntry> Read(string path, string field)
    {
        if (!File.Exists(path))
        {
            throw new InvalidFieldException(field, PastedSecret.Is(path) ? "is a secret, not a path" : $"names no file ('{PastedSecret.Hide(path)}')", Forms);
        }

        try
        {
            using var file = File.OpenRead(path);
            return path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? ManifestText.Read(new StreamReader(file).ReadToEnd()) : AssemblyManifest.Read(file);
        }
        catch (FormatException error)
        {
            throw new InvalidFieldException(field, $"names a file that {error.Message} ('{path}')", Forms);
        }
        catch (BadImageFormatException)
        {
            throw new InvalidFieldException(field, $"names no .NET assembly ('{path}')", Forms);
        }
    }
}
