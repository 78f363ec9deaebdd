namespace AgentKey.Cli.Tests;

public sealed class BadInputTests : IDisposable
{
    private readonly CommandLine _tool = new();

    public void Dispose() => _tool.Dispose();

    public static TheoryData<string, string> BadCreations => new()
    {
        { "--scope", "--budget 1" },
        { "--scope", "--all-scopes --scope a.b --budget 1" },
        { "scopes", "--scope Docs.Read --budget 1" },
        { "scopes", "--scope docs..read --budget 1" },
        { "scopes", "--scope * --budget 1" },
        { "--budget", "--scope a.b" },
        { "--budget", "--scope a.b --budget 1 --no-budget" },
        { "--budget", "--scope a.b --budget -1" },
        { "--budget", "--scope a.b --budget NaN" },
        { "--budget", "--scope a.b --budget 1e3" },
        { "--budget", "--scope a.b --budget 0.0000000001" },
        { "--budget", "--scope a.b --budget 99999999999999" },
        { "budget", "--scope a.b --budget 1.005" },
        { "--period", "--scope a.b --budget 1 --period fortnight" },
        { "--expires", "--scope a.b --budget 1 --expires soon" },
        { "--expires", "--scope a.b --budget 1 --expires -1h" },
        { "--expires", "--scope a.b --budget 1 --expires 999999mo" },
        { "expires", "--scope a.b --budget 1 --expires 2001-01-01T00:00:00Z" },
    };

    [Theory]
    [MemberData(nameof(BadCreations))]
    public async Task A_bad_key_is_refused_by_name_and_not_made(string field, string arguments)
    {
        await _tool.RunAsync("migrate");
        var refused = await _tool.RunAsync(["create", "--json", .. arguments.Split(' ')]);
        Assert.Equal(2, refused.ExitCode);
        Assert.Equal(("invalid_field", field), (refused.Json.GetProperty("error").GetProperty("code").GetString()!, refused.Json.GetProperty("error").GetProperty("field").GetString()!));
        Assert.Equal(0, (await _tool.RunAsync("list", "--all", "--json")).Json.GetProperty("keys").GetArrayLength());
    }

    [Theory]
    [InlineData("--cost", "-0.15")]
    [InlineData("--cost", "NaN")]
    [InlineData("--cost", "0.000000001")]
    [InlineData("--cost", "92233720368.54775808")]
    public async Task A_bad_cost_is_refused_by_name_and_not_charged(string field, string cost)
    {
        var (secret, id) = await _tool.CreateKeyAsync();
        var refused = await _tool.RunWithAsync(secret, null, "charge", "--scope", "docs.read", "--cost", cost, "--json");
        Assert.Equal((2, field), (refused.ExitCode, refused.Json.GetProperty("error").GetProperty("field").GetString()!));
        Assert.Equal(0, (await _tool.RunAsync("show", id, "--json")).Json.GetProperty("ledger").GetArrayLength());
    }

    [Theory]
    [InlineData("frob")]
    [InlineData("")]
    [InlineData("create --frob")]
    [InlineData("charge --scope a.b")]
    [InlineData("charge ak_secret --scope a.b --cost 1")]
    [InlineData("list --limit many")]
    [InlineData("list --limit 0")]
    [InlineData("list --store mysql:x")]
    public async Task Wrong_usage_exits_with_two_and_says_why(string arguments)
    {
        await _tool.RunAsync("migrate");
        var refused = await _tool.RunAsync(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(2, refused.ExitCode);
        Assert.NotEmpty(refused.Error.Trim());
    }

    [Theory]
    [InlineData("charge SECRET --scope a.b --cost 1")]
    [InlineData("charge --api-key=SECRET --scope a.b --cost 1")]
    [InlineData("list --limit SECRET")]
    [InlineData("SECRET")]
    public async Task A_secret_in_the_wrong_place_is_not_printed(string arguments)
    {
        const string secret = "ak_9x2QvT7bLmN4pRsW8yZcD1fGhJ3kAq5uE6iOt0";
        foreach (var isJson in new[] { false, true })
        {
            var refused = await _tool.RunAsync([.. arguments.Replace("SECRET", secret, StringComparison.Ordinal).Split(' '), .. isJson ? ["--json"] : Array.Empty<string>()]);
            Assert.Equal(2, refused.ExitCode);
            Assert.DoesNotContain(secret[6..], refused.Out + refused.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("revoke SECRET", "id")]
    [InlineData("revoke SECRET --descendants", "id")]
    [InlineData("show SECRET", "id")]
    [InlineData("rotate SECRET", "id")]
    [InlineData("budget list --key SECRET", "--key")]
    [InlineData("budget cap 1 --key SECRET", "--key")]
    [InlineData("budget raise --key SECRET --by 1 --for 1h", "--key")]
    [InlineData("charges --since 2026-01-01T00:00:00Z --key SECRET", "--key")]
    [InlineData("usage --key SECRET", "--key")]
    [InlineData("list --after SECRET", "--after")]
    [InlineData("create --scope a.b --budget 1 --parent SECRET", "--parent")]
    [InlineData("tools list SECRET", "source")]
    [InlineData("tools diff SECRET SECRET", "accepted")]
    public async Task A_secret_instead_of_an_id_is_not_printed(string arguments, string field)
    {
        var (secret, _) = await _tool.CreateKeyAsync();
        foreach (var isJson in new[] { false, true })
        {
            var refused = await _tool.RunAsync([.. arguments.Replace("SECRET", secret, StringComparison.Ordinal).Split(' '), .. isJson ? ["--json"] : Array.Empty<string>()]);
            Assert.Equal(2, refused.ExitCode);
            Assert.StartsWith($"{field} is a secret", refused.Error, StringComparison.Ordinal);
            var isShown = (refused.Out + refused.Error).Contains(secret[6..], StringComparison.Ordinal);
            Assert.False(isShown, "The secret was shown.");
        }
    }

    [Theory]
    [InlineData("show SECRET", 3)]
    [InlineData("tools list SECRET", 2)]
    public async Task A_secret_that_lost_a_character_is_not_printed_either(string arguments, int exitCode)
    {
        var (secret, _) = await _tool.CreateKeyAsync();
        var refused = await _tool.RunAsync(arguments.Replace("SECRET", secret[..^1], StringComparison.Ordinal).Split(' '));
        Assert.Equal(exitCode, refused.ExitCode);
        var isShown = refused.Error.Contains(secret[6..^1], StringComparison.Ordinal);
        Assert.False(isShown, "The secret was shown.");
    }

    [Fact]
    public async Task An_argument_is_never_a_file_of_arguments()
    {
        await _tool.RunAsync("migrate");
        await File.WriteAllTextAsync(Path.Combine(_tool.Folder, "name"), "x\n--all-scopes\n", TestContext.Current.CancellationToken);
        var created = await _tool.RunAsync("create", "--scope", "a.b", "--budget", "1", "--name", "@name", "--delegated-by", "@ann", "--json");
        var key = created.Json.GetProperty("key");
        Assert.Equal(("@name", "@ann"), (key.GetProperty("name").GetString(), key.GetProperty("delegatedBy").GetString()));
    }

    [Fact]
    public async Task A_mistyped_word_is_named()
    {
        Assert.Contains("'--frobnicate-all-the-things'", (await _tool.RunAsync("list", "--frobnicate-all-the-things")).Error, StringComparison.Ordinal);
        Assert.Contains("'4242'", (await _tool.RunAsync("list", "4242")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_secret_is_asked_for_and_a_wrong_one_refused()
    {
        await _tool.RunAsync("migrate");
        var refused = await _tool.RunWithAsync("junk", null, "charge", "--scope", "a.b", "--cost", "1", "--json");
        Assert.Equal((4, "invalid_key"), (refused.ExitCode, refused.Json.GetProperty("denial").GetProperty("code").GetString()!));
        foreach (var empty in new[] { "", "\n", " \nak_x\n", "\uFEFF", "\uFEFF\n" })
        {
            var missing = await _tool.RunWithAsync(null, empty, "charge", "--scope", "a.b", "--cost", "1");
            Assert.Equal(2, missing.ExitCode);
            Assert.StartsWith("the secret is missing", missing.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("create --scope a.b --no-budget --period day", "--period goes with --budget")]
    [InlineData("migrate --upgrade-hashes", "--upgrade-hashes goes with --grants")]
    [InlineData("rotate 1 --overlap 100d", "--overlap is out of range; accepted: 0 to 90d, e.g. 24h")]
    [InlineData("list --limit abc", "--limit is no whole number; accepted: 1 to 1000")]
    [InlineData("show 1 --ledger abc", "--ledger is no whole number; accepted: ")]
    [InlineData("serve --url foo", "--url is ")]
    [InlineData("serve --admin-url foo", "--admin-url is ")]
    [InlineData("serve --metrics-url foo", "--metrics-url is ")]
    public async Task A_wrong_option_is_refused_in_the_words_of_the_command_line(string arguments, string sentence)
    {
        _tool.Environment["AGENTKEY_SERVE_TOKEN"] = "data-0123456789abcdef0123456789abcdef";
        _tool.Environment["AGENTKEY_ADMIN_TOKEN"] = "admin-0123456789abcdef0123456789abcdef";
        await _tool.CreateKeyAsync();
        var refused = await _tool.RunAsync(arguments.Split(' '));
        Assert.Equal(2, refused.ExitCode);
        Assert.StartsWith(sentence, refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hashes_are_not_upgraded_by_a_migration_that_was_not_asked_for()
    {
        await _tool.RunAsync("migrate", "--upgrade-hashes");
        Assert.Empty(Directory.GetFiles(_tool.Folder));
    }

    [Fact]
    public async Task A_missing_key_exits_with_three()
    {
        await _tool.RunAsync("migrate");
        Assert.Equal(3, (await _tool.RunAsync("show", "12abc")).ExitCode);
        Assert.Equal(3, (await _tool.RunAsync("revoke", "99", "--json")).ExitCode);
    }

    [Theory]
    [InlineData("charges --since 2026-01-01T00:00:00Z --key 99", "There is no key 99.")]
    [InlineData("charges --since 2026-01-01T00:00:00Z --key 99 --descendants", "There is no key 99.")]
    [InlineData("charges --since 2026-01-01T00:00:00Z --key abc", "There is no key abc.")]
    [InlineData("usage --key 99", "There is no key 99.")]
    [InlineData("budget list --key 99", "There is no key 99.")]
    [InlineData("budget cap 2.00 --key 99", "There is no key 99.")]
    [InlineData("budget remove nix --key 1", "There is no budget nix of key:1.")]
    [InlineData("budget raise --key 1 --name nix --by 1 --for 1h", "There is no budget nix of key:1.")]
    [InlineData("budget raise --account acme --name nix --by 1 --for 1h", "There is no budget nix of account:acme.")]
    [InlineData("budget raise --key 99 --by 1 --for 1h", "There is no budget of key:99.")]
    public async Task What_is_missing_is_named(string arguments, string sentence)
    {
        await _tool.CreateKeyAsync();
        var missing = await _tool.RunAsync(arguments.Split(' '));
        Assert.Equal((3, sentence), (missing.ExitCode, missing.Error.Trim()));
        Assert.Empty(missing.Out);
    }

    [Fact]
    public async Task A_key_without_charges_has_none()
    {
        var (_, id) = await _tool.CreateKeyAsync();
        Assert.Equal(0, (await _tool.RunAsync("charges", "--since", "2999-01-01T00:00:00Z", "--key", id)).ExitCode);
        Assert.Equal(0, (await _tool.RunAsync("usage", "--key", id)).ExitCode);
        Assert.Equal(0, (await _tool.RunAsync("budget", "list", "--key", id)).ExitCode);
    }

    [Fact]
    public async Task A_missing_table_exits_with_one_and_names_the_command()
    {
        var refused = await _tool.RunAsync("list", "--json");
        Assert.Equal((1, "schema"), (refused.ExitCode, refused.Json.GetProperty("error").GetProperty("code").GetString()!));
        Assert.Contains("agentkey migrate", refused.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_tool.Folder));
    }

    [Theory]
    [InlineData("sqlite:no/such/folder/keys.db")]
    [InlineData("postgres:Host=127.0.0.1;Port=1;Database=x;Username=u;Password=hunter2")]
    [InlineData("postgres:Host=192.0.2.1;Database=x;Username=u;Password=hunter2")]
    public async Task An_unreachable_store_exits_with_five_and_keeps_the_password(string store)
    {
        var refused = await _tool.RunAsync("list", "--store", store, "--json");
        Assert.Equal((5, "store_unavailable"), (refused.ExitCode, refused.Json.GetProperty("error").GetProperty("code").GetString()!));
        Assert.DoesNotContain("hunter2", refused.Out + refused.Error, StringComparison.Ordinal);
    }
}
