using System.Net;
using Microsoft.AspNetCore.Http;

namespace AgentKey.AspNetCore.RateLimits;

/// <summary>From where a request came, as a limiter counts it.</summary>
internal static class ClientAddress
{
    private const int SiteBytes = 8;

    /// <summary>The address; of IPv6 the /64 network, which one host has to itself. Behind a proxy, use forwarded headers.</summary>
    public static string Of(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is not { } address)
        {
            return "";
        }

        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        return address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6
            ? new IPAddress([.. address.GetAddressBytes().AsSpan(0, SiteBytes), .. new byte[SiteBytes]]).ToString()
            : address.ToString();
    }
}
