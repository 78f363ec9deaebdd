using System.Runtime.InteropServices;

namespace AgentKey.Cli.McpProxy.Upstream;

/// <summary>
/// Keeps this process from the eyes of those of the same user, which on Linux may read each other's environment and memory:
/// the caller's key and the store's password are there.
/// </summary>
internal static class HiddenProcess
{
    // https://man7.org/linux/man-pages/man2/pr_set_dumpable.2const.html
    private const int SetDumpable = 4;

    /// <summary>A program that is started afterwards does not inherit it. Whoever may read everything, as root may, still does.</summary>
    public static void Hide()
    {
        if (OperatingSystem.IsLinux())
        {
            _ = ProcessControl(SetDumpable, 0, 0, 0, 0);
        }
    }

    [DllImport("libc", EntryPoint = "prctl", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ProcessControl(int operation, nint first, nint second, nint third, nint fourth);
}
