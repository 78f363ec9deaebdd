using System.Net;

namespace AgentKey.Serve.Tests.AdminPlane;

public sealed class AccessTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nobody_administers_without_the_admin_token_not_even_an_application()
    {
        await using var sidecar = await Sidecar.StartAsync(Database.Sqlite);
        var key = await sidecar.MintAsync();

        foreach (var token in new[] { null, Sidecar.AppToken, key.Secret.Reveal(), Sidecar.AdminToken[1..] })
        {
            using var client = Sidecar.ClientOf(sidecar.Server.AdminAddress!, token);
            foreach (var path in new[] { "/admin/v1/keys", "/admin/v1/subjects", $"/admin/v1/keys/{key.Key.Id}/rotate", $"/admin/v1/keys/{key.Key.Id}/revoke", $"/admin/v1/keys/{key.Key.Id}/raise" })
            {
                using var changed = await Sidecar.AskAsync(client, path, "{}");
                await changed.IsProblemAsync(HttpStatusCode.Unauthorized, "invalid_admin_token");
            }

            foreach (var path in new[] { "/admin/v1/keys", $"/admin/v1/keys/{key.Key.Id}", "/admin/v1/usage" })
            {
                using var read = await client.GetAsync(path, Cancel);
                await read.IsProblemAsync(HttpStatusCode.Unauthorized, "invalid_admin_token");
            }
        }
    }

    [Fact]
    public async Task Neither_plane_is_served_where_the_other_listens()
    {
        await using var sidecar = await Sidecar.StartAsync(Database.Sqlite);
        using var adminAtData = Sidecar.ClientOf(sidecar.Server.DataAddress, Sidecar.AdminToken);
        using var dataAtAdmin = Sidecar.ClientOf(sidecar.Server.AdminAddress!, Sidecar.AppToken);
        // A request may claim any host; that must not choose the plane.
        adminAtData.DefaultRequestHeaders.Host = sidecar.Server.AdminAddress!.Authority;

        using var administered = await adminAtData.GetAsync("/admin/v1/keys", Cancel);
        using var charged = await Sidecar.AskAsync(dataAtAdmin, "/v1/charges", "{}");
        using var withAdminToken = await Sidecar.AskAsync(adminAtData, "/v1/charges", "{}");

        await administered.IsProblemAsync(HttpStatusCode.NotFound, "not_found");
        await charged.IsProblemAsync(HttpStatusCode.NotFound, "not_found");
        await withAdminToken.IsProblemAsync(HttpStatusCode.Unauthorized, "invalid_app_token");
    }

    [Fact]
    public async Task Without_an_admin_token_there_is_no_admin_plane()
    {
        await using var sidecar = await Sidecar.StartAsync(await Database.CreateAsync(Database.Sqlite), ownsDatabase: true, isAdministered: false);

        Assert.Null(sidecar.Server.AdminAddress);
        using var response = await sidecar.App.GetAsync("/admin/v1/keys", Cancel);
        await response.IsProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task One_token_for_both_planes_separates_nothing_and_does_not_start()
    {
        await using var database = await Database.CreateAsync(Database.Sqlite);
        await using var keys = new AgentKeys(database.Open());
        var options = new KeyServerOptions
        {
            DataTokens = AccessTokens.Parse($"{Sidecar.AppToken}\n{Sidecar.AdminToken}"),
            AdminTokens = AccessTokens.Parse(Sidecar.AdminToken),
            DataUrl = "http://127.0.0.1:0",
            AdminUrl = "http://127.0.0.1:0",
        };

        var error = await Assert.ThrowsAsync<InvalidFieldException>(() => KeyServer.StartAsync(keys, options, Cancel));

        Assert.Equal("AdminTokens", error.Field);
        Assert.DoesNotContain(Sidecar.AdminToken, error.ToString(), StringComparison.Ordinal);
    }
}
