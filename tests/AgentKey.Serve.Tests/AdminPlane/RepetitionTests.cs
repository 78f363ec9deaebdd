using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AgentKey.Serve.Tests.AdminPlane;

public sealed class RepetitionTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static JsonObject Body(string name) => new() { ["accountId"] = "acme", ["name"] = name, ["scopes"] = new JsonArray("docs.read"), ["budgetCents"] = 5 };

    [Fact]
    public async Task A_repeated_creation_makes_no_second_key_and_shows_no_secret_again()
    {
        await using var sidecar = await Sidecar.StartAsync(Database.Sqlite);

        using var first = await sidecar.AdministerAsync("/admin/v1/keys", Body("bot"), "make-1");
        using var again = await sidecar.AdministerAsync("/admin/v1/keys", Body("bot"), "make-1");
        using var other = await sidecar.AdministerAsync("/admin/v1/keys", Body("another"), "make-1");

        var made = await first.IsDoneAsync(HttpStatusCode.Created);
        var repeated = await again.IsDoneAsync(HttpStatusCode.Created);
        Assert.False(first.Headers.Contains("Idempotent-Replayed"));
        Assert.True(again.Headers.Contains("Idempotent-Replayed"));
        Assert.Equal(JsonValueKind.Null, repeated.GetProperty("secret").ValueKind);
        Assert.Equal(made.GetProperty("key").GetRawText(), repeated.GetProperty("key").GetRawText());
        await other.IsProblemAsync(HttpStatusCode.Conflict, "idempotency_mismatch");
        Assert.Single(await sidecar.Keys.ListAsync(new Storage.KeyQuery(), Cancel));
    }

    [Fact]
    public async Task Of_many_creations_at_once_with_one_id_one_is_made()
    {
        await using var sidecar = await Sidecar.StartAsync(Database.Sqlite);

        var responses = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => sidecar.AdministerAsync("/admin/v1/keys", Body("bot"), "make-1")));

        Assert.Single(responses, response => response.StatusCode == HttpStatusCode.Created && !response.Headers.Contains("Idempotent-Replayed"));
        foreach (var response in responses.Where(response => response.StatusCode != HttpStatusCode.Created))
        {
            await response.IsProblemAsync(HttpStatusCode.Conflict, "duplicate_call");
        }

        Assert.Single(await sidecar.Keys.ListAsync(new Storage.KeyQuery(), Cancel));
    }

    [Fact]
    public async Task What_was_refused_may_be_tried_again_with_the_same_id()
    {
        await using var sidecar = await Sidecar.StartAsync(Database.Sqlite);
        var tooWide = Body("bot");
        tooWide["parentId"] = (await sidecar.MintAsync(cents: 1)).Key.Id;

        using var refused = await sidecar.AdministerAsync("/admin/v1/keys", tooWide, "make-1");
        using var made = await sidecar.AdministerAsync("/admin/v1/keys", Body("bot"), "make-1");

        await refused.IsProblemAsync(HttpStatusCode.Forbidden, "too_wide");
        await made.IsDoneAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_creation_of_which_nobody_knows_the_end_is_not_made_a_second_time()
    {
        await using var sidecar = await Sidecar.StartAsync(Database.Sqlite);

        // The key is there, and what it holds is more than can be counted.
        await sidecar.Database.ExecuteAsync("""
            CREATE TRIGGER spoil AFTER INSERT ON sdk_api_keys BEGIN
                INSERT INTO sdk_api_keys_holds SELECT 'key:' || NEW.id, NEW.id, value, 9223372036854775807, 4102444800000, 4102444800000 FROM json_each('["a", "b"]');
            END
            """);
        using var failed = await sidecar.AdministerAsync("/admin/v1/keys", Body("bot"), "make-1");
        using var again = await sidecar.AdministerAsync("/admin/v1/keys", Body("bot"), "make-1");
        await sidecar.Database.ExecuteAsync("DELETE FROM sdk_api_keys_holds");

        Assert.Equal(HttpStatusCode.InternalServerError, failed.StatusCode);
        await again.IsProblemAsync(HttpStatusCode.Conflict, "duplicate_call");
        Assert.Single(await sidecar.Keys.ListAsync(new Storage.KeyQuery(), Cancel));
    }

    [Fact]
    public async Task A_repeated_rotation_does_not_end_the_new_secret()
    {
        await using var sidecar = await Sidecar.StartAsync(Database.Sqlite);
        var key = await sidecar.MintAsync();
        var path = $"/admin/v1/keys/{key.Key.Id}/rotate";

        using var first = await sidecar.AdministerAsync(path, [], "rotate-1");
        using var again = await sidecar.AdministerAsync(path, [], "rotate-1");
        using var charged = await sidecar.AskAsync(
            "/v1/charges", new JsonObject { ["key"] = (await first.IsDoneAsync()).Text("secret"), ["scope"] = "docs.read", ["costCents"] = 1 });

        Assert.True(again.Headers.Contains("Idempotent-Replayed"));
        await charged.IsDoneAsync();
    }
}
