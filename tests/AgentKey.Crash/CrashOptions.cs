using System.Globalization;

namespace AgentKey.Crash;

/// <summary>How long, with how many clients, and which random schedule of faults.</summary>
public sealed record CrashOptions(int Seconds, int Clients, int Seed)
{
    public static CrashOptions Parse(string[] args)
    {
        int Read(string name, int otherwise)
        {
            var at = Array.IndexOf(args, name);
            return at < 0 ? otherwise : int.Parse(args[at + 1], CultureInfo.InvariantCulture);
        }

        return new CrashOptions(Read("--seconds", 60), Read("--clients", 4), Read("--seed", Random.Shared.Next()));
    }
}
