using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AgentKey.AspNetCore.Webhooks;

/// <summary>Signs as the Standard Webhooks specification says: HMAC-SHA-256 over id, timestamp and body.</summary>
internal sealed class WebhookSigner
{
    public const string SecretForm = "whsec_ and the base64 of 24 to 64 random bytes";

    private const string SecretPrefix = "whsec_";

    private readonly byte[][] _keys;

    /// <exception cref="InvalidFieldException">A secret has another form. Its text is not repeated.</exception>
    public WebhookSigner(IEnumerable<string> secrets) => _keys = [.. secrets.Select(KeyOf)];

    /// <summary>The value of the signature header: one signature for each secret.</summary>
    public string Sign(string id, DateTimeOffset at, string body)
    {
        var content = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{at.ToUnixTimeSeconds()}.{body}"));
        return string.Join(' ', _keys.Select(key => "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, content))));
    }

    private static byte[] KeyOf(string secret)
    {
        var key = new byte[64];
        return secret is not null && secret.StartsWith(SecretPrefix, StringComparison.Ordinal)
            && Convert.TryFromBase64String(secret[SecretPrefix.Length..], key, out var length) && length >= 24
                ? key[..length]
                : throw new InvalidFieldException(nameof(WebhookOptions.Secrets), "holds what is no secret", SecretForm);
    }
}
