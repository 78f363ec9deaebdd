using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AgentKey.Storage;

namespace AgentKey.AspNetCore.Webhooks;

/// <summary>One event as a receiver gets it. The id is the same at every attempt, so that a receiver can tell a repetition.</summary>
internal sealed record WebhookMessage(string Id, string Body)
{
    private const int IdBytes = 16;

    public static WebhookMessage Of(StoredEvent told)
    {
        var data = JsonNode.Parse(told.Data)!.AsObject();
        data["count"] = told.Count;
        var body = new JsonObject { ["type"] = told.Type, ["timestamp"] = told.At.UtcDateTime, ["data"] = data };

        // Our own ids hold dots, and the signed content is joined by them.
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(told.Id));
        return new WebhookMessage("evt_" + Convert.ToHexStringLower(hash.AsSpan(0, IdBytes)), body.ToJsonString());
    }
}
