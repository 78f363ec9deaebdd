using AgentKey.AspNetCore.RateLimits;
using AgentKey.Keys;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AgentKey.AspNetCore.SelfServe;

/// <summary>Makes accounts for strangers, within what the owner allows.</summary>
internal sealed class SignUp(AgentKeySignUpOptions options) : IDisposable
{
    private readonly AddressLimiter _limiter = new(options.PermitsPerAddress, options.Window);

    public void Dispose() => _limiter.Dispose();

    public async Task RunAsync(HttpContext context)
    {
        var keys = context.RequestServices.GetRequiredService<AgentKeys>();
        if (_limiter.Take(context) is { } wait)
        {
            await RefusalResponse.WriteTooManyAsync(context, wait, "too_many_sign_ups").ConfigureAwait(false);
            return;
        }

        var request = await RequestBody.ReadAsync(context, SelfServeJson.Default.SignUpRequest).ConfigureAwait(false);
        var created = await keys.CreateAsync(
            new NewKey
            {
                AccountId = $"signup_{Guid.CreateVersion7():N}",
                Name = request.Email ?? "default",
                Scopes = options.Scopes,
                Budget = options.Budget,
                Lifetime = options.Lifetime,
            },
            context.RequestAborted).ConfigureAwait(false);
        await KeyEndpoints.WriteSecretAsync(context, StatusCodes.Status201Created, created).ConfigureAwait(false);
    }
}
