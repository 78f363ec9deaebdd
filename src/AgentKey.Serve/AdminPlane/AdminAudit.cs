using AgentKey.Keys;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AgentKey.Serve.AdminPlane;

/// <summary>One line for each change that the admin plane makes, in the category <c>AgentKey.Audit</c>: what, by which token, from where. Never a secret.</summary>
internal sealed partial class AdminAudit
{
    private readonly ILogger _logger;
    private readonly string _token;
    private readonly string _address;

    private AdminAudit(ILogger logger, string token, string address)
    {
        _logger = logger;
        _token = token;
        _address = address;
    }

    public static AdminAudit Of(HttpContext context) => new(
        context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("AgentKey.Audit"),
        context.Features.GetRequiredFeature<TokenFingerprint>().Hex,
        context.Connection.RemoteIpAddress?.ToString() ?? "(no address)");

    public void Created(KeyInfo key) => LogCreated(_logger, key.Id, key.DisplayPrefix, key.AccountId, _token, _address);

    public void Rotated(KeyInfo key, TimeSpan overlap) => LogRotated(_logger, key.Id, key.DisplayPrefix, overlap, _token, _address);

    public void Revoked(string keyId, int count) => LogRevoked(_logger, keyId, count, _token, _address);

    public void Raised(string keyId, string? budget, Money.Cost by, TimeSpan duration) => LogRaised(_logger, keyId, budget ?? "(own)", by, duration, _token, _address);

    public void Capped(string keyId, Money.Cost cap) => LogCapped(_logger, keyId, cap, _token, _address);

    public void Ensured(KeyInfo key) => LogEnsured(_logger, key.Id, key.ExternalSubject, key.AccountId, _token, _address);

    [LoggerMessage(3001, LogLevel.Information, "Key {KeyId} ({Key}) was made for the account {Account}, by the token {Token} from {Address}")]
    private static partial void LogCreated(ILogger logger, string keyId, string key, string? account, string token, string address);

    [LoggerMessage(3002, LogLevel.Information, "Key {KeyId} has a new secret ({Key}), the old one ends after {Overlap}, by the token {Token} from {Address}")]
    private static partial void LogRotated(ILogger logger, string keyId, string key, TimeSpan overlap, string token, string address);

    [LoggerMessage(3003, LogLevel.Information, "Key {KeyId} was revoked, {Count} in all, by the token {Token} from {Address}")]
    private static partial void LogRevoked(ILogger logger, string keyId, int count, string token, string address);

    [LoggerMessage(3004, LogLevel.Information, "The budget {Budget} of key {KeyId} is raised by {By} for {Duration}, by the token {Token} from {Address}")]
    private static partial void LogRaised(ILogger logger, string keyId, string budget, Money.Cost by, TimeSpan duration, string token, string address);

    [LoggerMessage(3005, LogLevel.Information, "Key {KeyId} is there for the subject {Subject} of the account {Account}, by the token {Token} from {Address}")]
    private static partial void LogEnsured(ILogger logger, string keyId, string? subject, string? account, string token, string address);

    [LoggerMessage(3006, LogLevel.Information, "The cap of key {KeyId} is {Cap} from now on, by the token {Token} from {Address}")]
    private static partial void LogCapped(ILogger logger, string keyId, Money.Cost cap, string token, string address);
}
