using System.Buffers.Text;
using System.Text;

namespace AgentKey.Serve.DataPlane;

/// <summary>
/// One opaque text for a charge or a hold, instead of the key's id and the operation's, which may hold any character and
/// could not stand in a path. It is no secret and opens nothing: giving money back needs the application's token.
/// </summary>
/// <param name="KeyId">The key that paid.</param>
/// <param name="OperationId">The charge or hold, unique within the key.</param>
internal sealed record ReceiptId(string KeyId, string OperationId)
{
    public const string Charge = "ch_";

    public const string Hold = "ho_";

    private const char Separator = '\n';

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The text of a charge or a hold.</summary>
    public string ToText(string kind) => kind + Base64Url.EncodeToString(Strict.GetBytes($"{KeyId}{Separator}{OperationId}"));

    /// <summary>Reads a text; null when it is none of this kind, which is the same as one that is not there.</summary>
    public static ReceiptId? Find(string text, string kind)
    {
        if (!text.StartsWith(kind, StringComparison.Ordinal) || !Base64Url.IsValid(text.AsSpan(kind.Length)))
        {
            return null;
        }

        try
        {
            var ids = Strict.GetString(Base64Url.DecodeFromChars(text.AsSpan(kind.Length)));
            return TextField.IsComparable(ids) && ids.Split(Separator) is [{ Length: > 0 } keyId, { Length: > 0 } operationId]
                ? new ReceiptId(keyId, operationId)
                : null;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
