using AgentKey.AspNetCore.Endpoints;
using AgentKey.Serve.AdminPlane;

namespace AgentKey.Serve.Tests.AdminPlane;

public sealed class KeptMintsTests
{
    private static readonly RequestFingerprint Request = new("0");

    [Fact]
    public void No_id_is_taken_twice_however_many_there_are()
    {
        var mints = new KeptMints();

        for (var i = 0; i < 60_000; i++)
        {
            var id = $"make-{i}";
            Assert.Equal(i < KeptMints.Most, mints.Claim(id, Request).IsTaken);
            Assert.False(mints.Claim(id, Request).IsTaken, $"{i} was taken twice");
        }
    }

    [Fact]
    public void There_is_room_again_when_an_id_is_a_day_old_or_made_nothing()
    {
        var clock = new Clock();
        var mints = new KeptMints(clock);
        Assert.True(mints.Claim("first", Request).IsTaken);
        clock.Now += TimeSpan.FromHours(1);
        for (var i = 1; i < KeptMints.Most; i++)
        {
            Assert.True(mints.Claim($"make-{i}", Request).IsTaken);
        }

        Assert.Equal(TimeSpan.FromHours(23), mints.Claim("late", Request).RoomAfter);
        mints.Release("make-1");
        Assert.True(mints.Claim("late", Request).IsTaken);
        Assert.False(mints.Claim("later", Request).IsTaken);
        Assert.NotNull(mints.Claim("first", Request).Earlier);
        clock.Now += TimeSpan.FromHours(23);
        Assert.True(mints.Claim("later", Request).IsTaken);
        Assert.NotNull(mints.Claim("late", Request).Earlier);
        Assert.False(mints.Claim("first", Request).IsTaken);
    }

    private sealed class Clock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
