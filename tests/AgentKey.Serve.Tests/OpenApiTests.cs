using System.Text.Json;

namespace AgentKey.Serve.Tests;

public sealed class OpenApiTests
{
    [Fact]
    public async Task The_data_plane_describes_each_request_its_refusals_and_its_retries()
    {
        await using var sidecar = await Sidecar.StartAsync(Database.Sqlite);
        var document = await ReadAsync(sidecar.Server.DataAddress);

        string[] paths = ["/v1/charges", "/v1/charges/{id}/void", "/v1/holds", "/v1/holds/{id}/extend", "/v1/holds/{id}/settle", "/v1/holds/{id}/void", "/v1/validate"];
        Assert.Equal(paths, document.GetProperty("paths").EnumerateObject().Select(path => path.Name).Order(StringComparer.Ordinal));
        var charge = document.GetProperty("paths").GetProperty("/v1/charges").GetProperty("post");
        Assert.Equal(["200", "400", "401", "402", "403", "409", "503"], charge.GetProperty("responses").EnumerateObject().Select(response => response.Name).Order(StringComparer.Ordinal));
        Assert.Equal("Idempotency-Key", Assert.Single(charge.GetProperty("parameters").EnumerateArray()).Text("name"));
        Assert.Equal("#/components/schemas/AgentKeyProblem", charge.GetProperty("responses").GetProperty("402").GetProperty("content").GetProperty("application/problem+json").GetProperty("schema").Text("$ref"));
        Assert.Equal("bearer", document.GetProperty("components").GetProperty("securitySchemes").GetProperty("PlaneToken").Text("scheme"));
        var body = document.GetProperty("components").GetProperty("schemas").GetProperty("ChargeBody");
        Assert.Equal(["costCents", "scope"], body.GetProperty("required").EnumerateArray().Select(name => name.GetString()!).Order(StringComparer.Ordinal));
        Assert.Equal("number", body.GetProperty("properties").GetProperty("costCents").Text("type"));
        var left = document.GetProperty("components").GetProperty("schemas").GetProperty("ChargeDocument").GetProperty("properties").GetProperty("remainingCents");
        Assert.Equal(["null", "number"], left.GetProperty("type").EnumerateArray().Select(type => type.GetString()));
        Assert.False(left.TryGetProperty("format", out _));
    }

    [Fact]
    public async Task The_admin_plane_has_a_document_of_its_own()
    {
        await using var sidecar = await Sidecar.StartAsync(Database.Sqlite);
        var document = await ReadAsync(sidecar.Server.AdminAddress!);

        string[] paths =
        [
            "/admin/v1/keys", "/admin/v1/keys/{id}", "/admin/v1/keys/{id}/budget", "/admin/v1/keys/{id}/raise", "/admin/v1/keys/{id}/revoke", "/admin/v1/keys/{id}/rotate",
            "/admin/v1/subjects", "/admin/v1/usage",
        ];
        Assert.Equal(paths, document.GetProperty("paths").EnumerateObject().Select(path => path.Name).Order(StringComparer.Ordinal));
        var list = document.GetProperty("paths").GetProperty("/admin/v1/keys").GetProperty("get");
        Assert.Equal(["account", "after", "dead", "limit"], list.GetProperty("parameters").EnumerateArray().Select(parameter => parameter.Text("name")).Order(StringComparer.Ordinal));
        Assert.True(document.GetProperty("paths").GetProperty("/admin/v1/keys").GetProperty("post").GetProperty("responses").TryGetProperty("201", out _));
        var unavailable = document.GetProperty("paths").GetProperty("/admin/v1/keys").GetProperty("post").GetProperty("responses").GetProperty("503").Text("description");
        Assert.Contains("duplicate_call", unavailable, StringComparison.Ordinal);
        var usage = document.GetProperty("paths").GetProperty("/admin/v1/usage").GetProperty("get").GetProperty("parameters");
        Assert.Equal(["account", "by", "key", "since", "until"], usage.EnumerateArray().Select(parameter => parameter.Text("name")).Order(StringComparer.Ordinal));
        var read = document.GetProperty("paths").GetProperty("/admin/v1/keys/{id}").GetProperty("get").GetProperty("parameters");
        Assert.Equal(["id in path", "account in query"], read.EnumerateArray().Select(parameter => $"{parameter.Text("name")} in {parameter.Text("in")}"));
    }

    private static async Task<JsonElement> ReadAsync(Uri address)
    {
        using var client = Sidecar.ClientOf(address, token: null);
        using var response = await client.GetAsync("/openapi/v1.json", TestContext.Current.CancellationToken);
        return await response.IsDoneAsync();
    }
}
