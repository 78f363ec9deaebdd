using System.Net;
using AgentKey.Money;

namespace AgentKey.Serve.Tests.DataPlane;

public sealed class BadInputTests
{
    [Theory]
    [InlineData("\"costCents\": -1", "costCents")]
    [InlineData("\"costCents\": \"50\"", "costCents")]
    [InlineData("\"costCents\": 1e-7", "costCents")]
    [InlineData("\"costCents\": 1e-99", "costCents")]
    [InlineData("\"costCents\": 1e99", "costCents")]
    [InlineData("\"costCents\": 1.00000000000000000000001e1", "costCents")]
    [InlineData("\"costCents\": \"1e1\"", "costCents")]
    [InlineData("\"costCents\": null", "costCents")]
    [InlineData("\"costCents\": 0.0000001", "costCents")]
    [InlineData("\"costCents\": 0.00000000000000000000000000000000000001", "costCents")]
    [InlineData("\"costCents\": 99999999999999999999999999", "costCents")]
    [InlineData("\"costCents\": 1, \"scope\": \"Docs.Read\"", "scope")]
    [InlineData("\"costCents\": 1, \"subject\": \"both\"", "key")]
    [InlineData("\"tool\": \"search\"", "costCents")]
    [InlineData("\"costCents\": 1, \"tool\": \"\\u0007\"", "tool")]
    [InlineData("\"costCents\": 1, \"onBehalfOf\": \"\\ud800\"", "body")]
    public async Task Row43_A_member_that_is_not_acceptable_is_named_and_charges_nothing(string members, string field)
    {
        await using var sidecar = await Sidecar.StartAsync(Database.Sqlite);
        var key = await sidecar.MintAsync();
        var scope = members.Contains("\"scope\"", StringComparison.Ordinal) ? "" : "\"scope\": \"docs.read\",";

        using var response = await Sidecar.AskAsync(sidecar.App, "/v1/charges", $$"""{"key": "{{key.Secret.Reveal()}}", {{scope}} {{members}}}""");

        Assert.Equal(field, (await response.IsProblemAsync(HttpStatusCode.BadRequest, "invalid_field")).Text("field"));
        Assert.Equal(Cost.Zero, (await sidecar.ReadAsync(key)).Spent);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"scope\": \"docs.read\", \"costCents\": NaN}")]
    [InlineData("{\"costCents\": 1, \"\\ud800\": 1}")]
    [InlineData("{\"scope\": \"docs.read\", \"costCents\": 1, \"cost\": 2}")]
    [InlineData("{\"scope\": \"docs.read\", \"costCents\": 1, \"costCents\": 0}")]
    public async Task What_is_no_such_object_is_refused(string body)
    {
        await using var sidecar = await Sidecar.StartAsync(Database.Sqlite);

        using var response = await Sidecar.AskAsync(sidecar.App, "/v1/charges", body);

        Assert.Equal("body", (await response.IsProblemAsync(HttpStatusCode.BadRequest, "invalid_field")).Text("field"));
    }

    [Fact]
    public async Task A_parameter_that_nobody_reads_is_refused_and_charges_nothing()
    {
        await using var sidecar = await Sidecar.StartAsync(Database.Sqlite);
        var key = await sidecar.MintAsync();

        using var response = await Sidecar.AskAsync(
            sidecar.App, "/v1/charges?dryRun=true", $$"""{"key": "{{key.Secret.Reveal()}}", "scope": "docs.read", "costCents": 1}""");

        Assert.Equal("dryRun", (await response.IsProblemAsync(HttpStatusCode.BadRequest, "invalid_field")).Text("field"));
        Assert.Equal(Cost.Zero, (await sidecar.ReadAsync(key)).Spent);
    }

    [Theory]
    [InlineData("8d")]
    [InlineData("0m")]
    [InlineData("soon")]
    [InlineData("2099-01-01T00:00:00Z")]
    public async Task A_hold_for_a_time_that_cannot_be_is_refused(string expires)
    {
        await using var sidecar = await Sidecar.StartAsync(Database.Sqlite);
        var key = await sidecar.MintAsync();

        using var response = await Sidecar.AskAsync(
            sidecar.App, "/v1/holds", $$"""{"key": "{{key.Secret.Reveal()}}", "scope": "docs.read", "upToCents": 1, "expires": "{{expires}}"}""");
        using var held = await sidecar.HoldAsync(key, 1);
        using var extended = await Sidecar.AskAsync(
            sidecar.App, $"/v1/holds/{(await held.IsDoneAsync()).Text("id")}/extend", $$"""{"expires": "{{expires}}"}""");

        Assert.Equal("expires", (await response.IsProblemAsync(HttpStatusCode.BadRequest, "invalid_field")).Text("field"));
        Assert.Equal("expires", (await extended.IsProblemAsync(HttpStatusCode.BadRequest, "invalid_field")).Text("field"));
        Assert.Equal(Cost.FromCents(1), (await sidecar.ReadAsync(key)).Held);
    }

    [Theory]
    [InlineData("""{"costCents": 1}""", "scope")]
    [InlineData("""{"scope": "docs.read", "costCents": 1, "subject": ""}""", "subject")]
    public async Task What_is_missing_or_empty_is_named_as_the_request_names_it(string body, string field)
    {
        await using var sidecar = await Sidecar.StartAsync(Database.Sqlite);

        using var response = await Sidecar.AskAsync(sidecar.App, "/v1/charges", body);

        Assert.Equal(field, (await response.IsProblemAsync(HttpStatusCode.BadRequest, "invalid_field")).Text("field"));
    }

    [Fact]
    public async Task What_is_not_served_is_a_problem_too()
    {
        await using var sidecar = await Sidecar.StartAsync(Database.Sqlite);

        using var elsewhere = await sidecar.App.GetAsync("/v2/charges", TestContext.Current.CancellationToken);
        using var read = await sidecar.App.GetAsync("/v1/charges", TestContext.Current.CancellationToken);
        using var form = await sidecar.App.PostAsync("/v1/charges", new FormUrlEncodedContent([]), TestContext.Current.CancellationToken);
        using var large = await Sidecar.AskAsync(sidecar.App, "/v1/charges", $$"""{"key": "{{new string('x', 100_000)}}"}""");

        await elsewhere.IsProblemAsync(HttpStatusCode.NotFound, "not_found");
        await read.IsProblemAsync(HttpStatusCode.MethodNotAllowed, "method_not_allowed");
        var notJson = await form.IsProblemAsync(HttpStatusCode.UnsupportedMediaType, "not_json");
        Assert.Contains("Content-Type: application/json", notJson.Text("detail"), StringComparison.Ordinal);
        await large.IsProblemAsync(HttpStatusCode.RequestEntityTooLarge, "body_too_large");
    }
}
