using System.Text.RegularExpressions;
using AgentKey.Money;

namespace AgentKey.Serve.Tests.Clients;

/// <summary>What the clients do when the answer to a charge is not what they need.</summary>
public sealed partial class FaultTests
{
    private const string BadGateway = "HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 14\r\nConnection: close\r\n\r\n<h1>Down.</h1>";
    private const string TooMany = "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
    private const string EmptyObject = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";

    public static TheoryData<string, string> Faults
    {
        get
        {
            var faults = new TheoryData<string, string>();
            foreach (var language in new[] { Client.Python, Client.JavaScript })
            {
                foreach (var fault in new[] { "lost", "half a head", "half a body", "garbage", "another's", BadGateway, TooMany, EmptyObject })
                {
                    faults.Add(language, fault);
                }
            }

            return faults;
        }
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_charge_whose_answer_was_spoiled_is_asked_for_again_and_made_once(string language, string fault)
    {
        await using var sidecar = await Sidecar.StartAsync(Database.Sqlite);
        var key = await sidecar.MintAsync();
        await using var between = UnreliableServer.Spoiling(sidecar.Server.DataAddress, answers: 1, answer => Spoil(fault, answer));

        var outcome = await Client.ChargeAsync(language, between.Address, key.Secret.Reveal(), "1.5");

        Assert.Equal($"paid 1.500000 {Assert.Single(between.OperationIds)}", outcome);
        Assert.Equal(2, between.Requests.Count);
        Assert.Equal(Cost.FromCents(1.5m), (await sidecar.ReadAsync(key)).Spent);
    }

    [Theory]
    [InlineData(Client.Python, "lost", "None")]
    [InlineData(Client.Python, "garbage", "None")]
    [InlineData(Client.Python, BadGateway, "502")]
    [InlineData(Client.Python, EmptyObject, "200")]
    [InlineData(Client.JavaScript, "lost", "None")]
    [InlineData(Client.JavaScript, "garbage", "None")]
    [InlineData(Client.JavaScript, BadGateway, "502")]
    [InlineData(Client.JavaScript, EmptyObject, "200")]
    public async Task Who_gets_no_answer_is_told_the_id_that_pays_once(string language, string fault, string status)
    {
        await using var sidecar = await Sidecar.StartAsync(Database.Sqlite);
        var key = await sidecar.MintAsync();
        await using var between = UnreliableServer.Spoiling(sidecar.Server.DataAddress, answers: int.MaxValue, answer => Spoil(fault, answer));

        var outcome = await Client.ChargeAsync(language, between.Address, key.Secret.Reveal(), "1.5");
        var id = Assert.Single(between.OperationIds);
        var again = await Client.ChargeAsync(language, sidecar.Server.DataAddress, key.Secret.Reveal(), "1.5", ("OPERATION_ID", id));

        Assert.Equal($"unanswered {status} {id}", outcome);
        Assert.Equal(4, between.Requests.Count);
        Assert.Equal($"paid 1.500000 {id}", again);
        Assert.Equal(Cost.FromCents(1.5m), (await sidecar.ReadAsync(key)).Spent);
    }

    [Theory]
    [InlineData(Client.Python)]
    [InlineData(Client.JavaScript)]
    public async Task A_store_that_is_down_leaves_an_id_that_pays_when_it_is_back(string language)
    {
        await using var database = await Database.CreateOwnAsync(Database.Sqlite);
        await using var sidecar = await Sidecar.StartAsync(database);
        var key = await sidecar.MintAsync();

        database.TakeAway();
        var during = await Client.ChargeAsync(language, sidecar.Server.DataAddress, key.Secret.Reveal(), "1.5", ("OPERATION_ID", "order-1"));
        database.BringBack();
        var after = await Client.ChargeAsync(language, sidecar.Server.DataAddress, key.Secret.Reveal(), "1.5", ("OPERATION_ID", "order-1"));

        Assert.Equal(("unanswered 503 order-1", "paid 1.500000 order-1"), (during, after));
        Assert.Equal(Cost.FromCents(1.5m), (await sidecar.ReadAsync(key)).Spent);
    }

    [Theory]
    [InlineData(Client.Python)]
    [InlineData(Client.JavaScript)]
    public async Task A_server_that_never_answers_is_not_waited_for(string language)
    {
        await using var silent = UnreliableServer.Saying(null);

        // Whether its requests arrive within that time is not the client's to say.
        var outcome = await Client.ChargeAsync(language, silent.Address, "ak_secret", "1.5", ("OPERATION_ID", "order-1"), ("TIMEOUT", "0.2"));

        Assert.Equal("unanswered None order-1", outcome);
    }

    [Theory]
    [InlineData(Client.Python)]
    [InlineData(Client.JavaScript)]
    public async Task A_wait_of_hours_is_the_callers_to_wait(string language)
    {
        await using var busy = UnreliableServer.Saying(TooMany.Replace("Retry-After: 1", "Retry-After: 3600", StringComparison.Ordinal));

        var outcome = await Client.ChargeAsync(language, busy.Address, "ak_secret", "1.5");

        Assert.Equal($"unanswered 429 {Assert.Single(busy.OperationIds)}", outcome);
        Assert.Single(busy.Requests);
    }

    [Theory]
    [InlineData(Client.Python)]
    [InlineData(Client.JavaScript)]
    public async Task A_refusal_needs_nothing_but_its_code(string language)
    {
        await using var server = UnreliableServer.Saying(
            "HTTP/1.1 402 Payment Required\r\nContent-Length: 27\r\nConnection: close\r\n\r\n{\"code\":\"budget_exhausted\"}");

        Assert.Equal("denied 402 budget_exhausted", await Client.ChargeAsync(language, server.Address, "ak_secret", "1.5"));
        Assert.Single(server.Requests);
    }

    private static string Spoil(string fault, string answer) => fault switch
    {
        "lost" => "",
        "half a head" => answer[..30],
        "half a body" => answer[..^20],
        "garbage" => "\0\0\0\0 garbage\r\n\r\n",
        "another's" => FirstOfOperationId().Replace(answer, "z"),
        _ => fault,
    };

    [GeneratedRegex("(?<=\"operationId\":\").")]
    private static partial Regex FirstOfOperationId();
}
