using Microsoft.AspNetCore.Http.Metadata;

namespace AgentKey.AspNetCore.SelfServe;

/// <summary>No request here has to say more than this.</summary>
internal sealed class BodyLimit : IRequestSizeLimitMetadata
{
    public long? MaxRequestBodySize => 64 * 1024;
}
