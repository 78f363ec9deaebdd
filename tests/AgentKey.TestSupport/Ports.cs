using System.Net;
using System.Net.Sockets;

namespace AgentKey.TestSupport;

/// <summary>Ports of this machine, for servers that have to be told theirs.</summary>
public static class Ports
{
    public static int FindFree()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
