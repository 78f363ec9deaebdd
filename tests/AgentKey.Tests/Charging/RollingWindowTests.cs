using AgentKey.Budgets;
using AgentKey.Charging;
using CsCheck;

namespace AgentKey.Tests.Charging;

public sealed class RollingWindowTests
{
    private static readonly BudgetPeriod Hour = BudgetPeriod.Rolling(TimeSpan.FromHours(1));

    [Fact]
    public void Money_leaves_when_its_slice_has_left_and_not_before()
    {
        var window = new RollingWindow(Hour, null);
        window.Add(15, Rows.Now);
        Assert.Equal(0, window.MoveTo(Rows.Now.AddMinutes(60)));
        Assert.Equal(15, window.MoveTo(Rows.Now.AddMinutes(61)));
        Assert.Equal("", window.ToString());
    }

    [Fact]
    public void What_is_taken_back_comes_from_the_slice_of_its_time()
    {
        var window = new RollingWindow(Hour, null);
        window.Add(15, Rows.Now);
        window.Add(20, Rows.Now.AddMinutes(10));
        Assert.Equal(15, window.Take(20, Rows.Now));
        Assert.Equal(0, window.Take(20, Rows.Now.AddMinutes(5)));
        Assert.Equal(20, window.MoveTo(Rows.Now.AddMinutes(71)));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("1:")]
    [InlineData("a:1")]
    [InlineData("1:-5")]
    public void What_is_not_of_our_making_is_refused(string stored) =>
        Assert.Equal("budget_window", Assert.Throws<InvalidFieldException>(() => new RollingWindow(Hour, stored)).Field);

    /// <summary>Whatever is spent when, no span of the window's length holds more than what the window counted.</summary>
    [Fact]
    public void In_no_span_of_the_window_is_more_spent_than_the_cap() =>
        Gen.Select(Gen.Int[0, 2000], Gen.Long[0, 60]).Array[1, 60].Sample(calls =>
        {
            const long cap = 100;
            var spent = new List<(DateTimeOffset At, long Amount)>();
            var now = Rows.Now;
            var stored = (string?)null;
            foreach (var (seconds, amount) in calls)
            {
                now = now.AddSeconds(seconds);
                var window = new RollingWindow(Hour, stored);
                window.MoveTo(now);
                var used = (stored = window.ToString()).Split(',', StringSplitOptions.RemoveEmptyEntries).Sum(part => long.Parse(part.Split(':')[1], null));
                if (used + amount <= cap)
                {
                    window.Add(amount, now);
                    spent.Add((now, amount));
                    stored = window.ToString();
                }
            }

            foreach (var (at, _) in spent)
            {
                Assert.True(spent.Where(call => call.At >= at && call.At < at + Hour.Window).Sum(call => call.Amount) <= cap);
            }
        });
}
