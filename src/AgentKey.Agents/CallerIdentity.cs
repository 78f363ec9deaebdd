using System.Security.Claims;
using AgentKey.Keys;

namespace AgentKey.Agents;

/// <summary>An authenticated identity that carries its <see cref="Keys.Caller"/>, so that any transport can hand it on.</summary>
public sealed class CallerIdentity : ClaimsIdentity
{
    /// <summary>The authentication type of identities made from a key.</summary>
    public const string Scheme = "AgentKey";

    /// <summary>The claim that names the account which owns the key.</summary>
    public const string AccountClaim = "agentkey:account";

    /// <summary>Creates the identity of a key that was just validated.</summary>
    /// <param name="caller">Who calls.</param>
    /// <param name="key">The key; its id becomes the <see cref="ClaimTypes.NameIdentifier"/>, which is what MCP sessions bind to.</param>
    public CallerIdentity(Caller caller, KeyInfo key)
        : base(ClaimsOf(key), Scheme)
    {
        ArgumentNullException.ThrowIfNull(caller);
        Caller = caller;
        Key = key;
    }

    private CallerIdentity(CallerIdentity other)
        : base(other)
    {
        Caller = other.Caller;
        Key = other.Key;
    }

    /// <summary>Who calls.</summary>
    public Caller Caller { get; }

    /// <summary>The key as it stood when it was validated: what is left of its budget may be out of date.</summary>
    public KeyInfo Key { get; }

    /// <summary>The caller that a principal carries, if it carries one.</summary>
    public static Caller? FindCaller(ClaimsPrincipal? principal) => Find(principal)?.Caller;

    /// <summary>The identity of a key that a principal carries, if it carries one.</summary>
    public static CallerIdentity? Find(ClaimsPrincipal? principal) =>
        principal?.Identities.OfType<CallerIdentity>().FirstOrDefault();

    /// <summary>A copy that carries the same caller, so that a claims transformation which copies does not take the key away.</summary>
    public override ClaimsIdentity Clone() => new CallerIdentity(this);

    private static List<Claim> ClaimsOf(KeyInfo key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var claims = new List<Claim> { new(ClaimTypes.NameIdentifier, key.Id), new(ClaimTypes.Name, key.Name) };
        if (key.AccountId is { } account)
        {
            claims.Add(new Claim(AccountClaim, account));
        }

        claims.AddRange(key.Scopes.Held.Select(scope => new Claim("scope", scope)));
        return claims;
    }
}
