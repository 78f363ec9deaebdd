using AgentKey.Charging;
using AgentKey.Money;
using AgentKey.Storage;

namespace AgentKey.Tests.Charging;

/// <summary>A carved key that draws its cap, once, when it is made.</summary>
public sealed class DrawTests
{
    [Fact]
    public void A_draw_whose_answer_was_lost_is_not_made_twice()
    {
        var (_, first) = Rows.Decide(Rows.State(Rows.Now, [], Parent(usedCents: 0), Child()), Draw());
        Assert.Equal(60_000_000, first.Keys.Single(key => key.KeyId == "2").State!.DrawnMicroCents);
        var (again, changes) = Rows.Decide(Rows.State(Rows.Now, [], Parent(usedCents: 60), Child() with { DrawnMicroCents = 60_000_000 }), Draw());
        Assert.Null(((DrawAnswer)again[0].Answer!).Denial);
        Assert.Empty(changes.Entries);
    }

    [Fact]
    public void A_refused_draw_stays_refused_when_there_is_room_again()
    {
        var (refused, first) = Rows.Decide(Rows.State(Rows.Now, [], Parent(usedCents: 90), Child()), Draw());
        Assert.Equal("budget_exhausted", ((DrawAnswer)refused[0].Answer!).Denial!.Code);
        var revoked = Child() with { RevokedAt = first.Keys.Single(key => key.KeyId == "2").State!.RevokedAt };
        var (again, changes) = Rows.Decide(Rows.State(Rows.Now, [], Parent(usedCents: 0), revoked), Draw());
        Assert.Equal("invalid_key", ((DrawAnswer)again[0].Answer!).Denial!.Code);
        Assert.Empty(changes.Entries);
    }

    private static DrawOperation Draw() => new(Rows.Chain("2", "1"), "draw");

    private static StoredKey Parent(long usedCents) => Rows.Key(usedCents: usedCents, usedMicroCents: usedCents * Cost.MicroCentsPerCent);

    private static StoredKey Child() => Rows.Key(capCents: 60, id: "2") with { ParentId = "1", IsCarved = true };
}
