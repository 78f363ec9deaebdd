using AgentKey.Cli.McpProxy.Served;
using AgentKey.Cli.McpProxy.Upstream;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using ModelContextProtocol.Protocol;

namespace AgentKey.McpProxy.Tests;

/// <summary>How long the conversation of a caller without a session lasts.</summary>
public sealed class SessionsByKeyTests
{
    private static readonly ClientCapabilities Elicits = new() { Elicitation = new() };

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Each_key_has_its_own_and_so_has_each_kind_of_client()
    {
        await using var sessions = Open();

        var first = Use(sessions, "1");
        var same = Use(sessions, "1");
        var other = Use(sessions, "2");
        using var lending = sessions.BorrowForCall("1", new() { Elicitation = new(), Sampling = new() }, state: null);

        Assert.Same(first, same);
        Assert.Equal(3, new[] { first, other, lending.Session }.Distinct().Count());
    }

    [Fact]
    public async Task Each_has_one_call_at_a_time_and_whoever_listens_hears_of_it()
    {
        await using var sessions = Open();

        using var listening = sessions.BorrowToListen("1", Elicits);
        using var first = sessions.BorrowForCall("1", Elicits, state: null);
        using var second = sessions.BorrowForCall("1", Elicits, state: null);

        Assert.Same(listening.Session, first.Session);
        Assert.NotSame(first.Session, second.Session);
    }

    [Fact]
    public async Task What_nobody_used_for_half_an_hour_is_ended_and_what_is_in_use_is_not()
    {
        await using var sessions = Open();
        using var used = sessions.BorrowToListen("used", Elicits);
        var idle = Use(sessions, "idle");

        _time.Advance(TimeSpan.FromMinutes(29));
        var stillThere = Use(sessions, "idle");
        _time.Advance(TimeSpan.FromMinutes(32));

        Assert.Same(idle, stillThere);
        Assert.NotSame(idle, Use(sessions, "idle"));
        Assert.Same(used.Session, Use(sessions, "used"));
    }

    [Fact]
    public async Task Of_those_that_nobody_uses_the_latest_hundred_are_kept()
    {
        await using var sessions = Open();
        var opened = Enumerable.Range(0, 105).Select(number =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            return Use(sessions, $"{number}");
        }).ToList();

        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Same(opened[5], Use(sessions, "5"));
        Assert.NotSame(opened[4], Use(sessions, "4"));
    }

    [Fact]
    public async Task A_key_with_many_ends_its_own_first()
    {
        await using var sessions = Open();
        var quiet = Use(sessions, "quiet");
        _time.Advance(TimeSpan.FromMilliseconds(1));
        var leases = Enumerable.Range(0, 120).Select(_ => sessions.BorrowForCall("busy", Elicits, state: null)).ToList();
        leases.ForEach(lease => lease.Dispose());

        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Same(quiet, Use(sessions, "quiet"));
    }

    private static CallerSession Use(SessionsByKey sessions, string key)
    {
        using var lease = sessions.BorrowForCall(key, Elicits, state: null);
        return lease.Session;
    }

    private SessionsByKey Open() =>
        new((_, _) => new CallerSession(UpstreamAddress.Parse(["unused"], null, []), NullLoggerFactory.Instance, isShared: false), _time);
}
