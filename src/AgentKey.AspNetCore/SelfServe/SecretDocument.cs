using AgentKey.Keys;

namespace AgentKey.AspNetCore.SelfServe;

/// <summary>A key with its secret: the one response that ever carries it.</summary>
internal sealed record SecretDocument(string Secret, KeyDocument Key)
{
    public static SecretDocument Of(CreatedKey created) => new(created.Secret.Reveal(), KeyDocument.Of(created.Key));

    /// <summary>Never the secret.</summary>
    public override string ToString() => Key.Prefix;
}
