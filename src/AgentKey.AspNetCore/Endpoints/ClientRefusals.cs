using AgentKey.Charging;

namespace AgentKey.AspNetCore.Endpoints;

/// <summary>Tells refusals that are the client's own doing from those that are the server's.</summary>
internal static class ClientRefusals
{
    public static bool Is(Denial denial) =>
        denial.Reason is not (DenialCode.StoreUnavailable or DenialCode.UnknownPrice or DenialCode.UnguardedTool or DenialCode.NoCaller);
}
