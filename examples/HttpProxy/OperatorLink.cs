using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace HttpProxy;

/// <summary>Signs in whoever can read this process's console, once. A real application signs its people in as it always does.</summary>
internal sealed class OperatorLink
{
    public const string Role = "operator";

    private string? _token = RandomNumberGenerator.GetHexString(32, lowercase: true);

    public string Path => $"/sign-in?token={_token}";

    public async Task UseAsync(HttpContext context)
    {
        // Taken before it is compared: a wrong guess ends the link.
        var token = Interlocked.Exchange(ref _token, null);
        if (token is null || !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(context.Request.Query["token"].ToString())))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var identity = new ClaimsIdentity([new Claim(ClaimTypes.Role, Role)], CookieAuthenticationDefaults.AuthenticationScheme);
        await context.SignInAsync(new ClaimsPrincipal(identity));
        context.Response.Redirect("agentkey/");
    }
}
