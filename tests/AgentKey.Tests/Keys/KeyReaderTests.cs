using System.Threading.Channels;
using AgentKey.Keys;
using AgentKey.Storage;

namespace AgentKey.Tests.Keys;

public sealed class KeyReaderTests
{
    private readonly Channel<Question> _asked = Channel.CreateUnbounded<Question>();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_comes_alone_reads_at_once()
    {
        var reader = Reader();

        var first = reader.ReadAsync(["1", "2"], Cancellation);
        (await NextAsync("1", "2")).Answer();
        var second = reader.ReadAsync(["1"], Cancellation);
        (await NextAsync("1")).Answer();

        Assert.Equal(["1", "2"], (await first).Keys.Order());
        Assert.Equal(["1"], (await second).Keys);
    }

    [Fact]
    public async Task Those_who_come_meanwhile_share_the_next_read_and_none_that_began_before_they_asked()
    {
        var reader = Reader();
        var first = reader.ReadAsync(["1"], Cancellation);
        var one = await NextAsync("1");

        var others = Enumerable.Range(0, 5).Select(i => reader.ReadAsync([$"{i % 2}", "9"], Cancellation)).ToArray();
        Assert.All(others, other => Assert.False(other.IsCompleted));
        one.Answer();
        await first;
        (await NextAsync("0", "9", "1")).Answer();

        foreach (var rows in await Task.WhenAll(others))
        {
            Assert.Equal(["0", "1", "9"], rows.Keys.Order());
        }
    }

    [Fact]
    public async Task No_more_share_a_read_than_may()
    {
        var reader = Reader(most: 2);
        var first = reader.ReadAsync(["1"], Cancellation);
        var one = await NextAsync("1");
        var others = Enumerable.Range(2, 3).Select(id => reader.ReadAsync([$"{id}"], Cancellation)).ToArray();

        one.Answer();
        (await NextAsync("2", "3")).Answer();
        (await NextAsync("4")).Answer();

        await Task.WhenAll([first, .. others]);
        Assert.Equal(["4"], (await others[2]).Keys);
    }

    [Fact]
    public async Task A_row_that_cannot_be_read_fails_its_own_reader_alone()
    {
        var reader = Reader();
        var first = reader.ReadAsync(["1"], Cancellation);
        var one = await NextAsync("1");
        var bad = reader.ReadAsync(["bad"], Cancellation);
        var good = reader.ReadAsync(["good"], Cancellation);

        one.Answer();
        (await NextAsync("bad", "good")).Fail(new FormatException("a row that nobody can read"));
        (await NextAsync("bad")).Fail(new FormatException("a row that nobody can read"));
        (await NextAsync("good")).Answer();

        await first;
        await Assert.ThrowsAsync<FormatException>(() => bad);
        Assert.Equal(["good"], (await good).Keys);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_store_that_does_not_answer_fails_all_who_wait_and_is_asked_again_by_the_next(bool isSecondRead)
    {
        var reader = Reader();
        var first = reader.ReadAsync(["1"], Cancellation);
        var asked = await NextAsync("1");
        var others = new List<Task> { reader.ReadAsync(["2"], Cancellation), reader.ReadAsync(["3"], Cancellation) };
        if (isSecondRead)
        {
            asked.Answer();
            await first;
            asked = await NextAsync("2", "3");
            others.Add(reader.ReadAsync(["4"], Cancellation));
        }
        else
        {
            others.Add(first);
        }

        asked.Fail(new StoreUnavailableException("gone"));

        foreach (var other in others)
        {
            await Assert.ThrowsAsync<StoreUnavailableException>(() => other);
        }

        var later = reader.ReadAsync(["5"], Cancellation);
        (await NextAsync("5")).Answer();
        Assert.Equal(["5"], (await later).Keys);
    }

    [Fact]
    public async Task Who_leaves_takes_nobody_along()
    {
        var reader = Reader();
        using var leaving = new CancellationTokenSource();
        var first = reader.ReadAsync(["1"], leaving.Token);
        await NextAsync("1");
        var second = reader.ReadAsync(["2"], leaving.Token);
        var third = reader.ReadAsync(["3"], Cancellation);

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        (await NextAsync("2", "3")).Answer();
        Assert.Equal(["2", "3"], (await third).Keys.Order());
    }

    private KeyReader Reader(int most = 64) => new(AskAsync, ProcessHost.Instance, most);

    private async Task<IReadOnlyList<StoredKeyDetails>> AskAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        var question = new Question(ids);
        await _asked.Writer.WriteAsync(question, cancellationToken);
        return await question.Rows.WaitAsync(cancellationToken);
    }

    /// <summary>Waits for the next question, which has to be about these keys.</summary>
    private async Task<Question> NextAsync(params string[] ids)
    {
        var question = await _asked.Reader.ReadAsync(Cancellation);
        Assert.Equal(ids.Order(), question.Ids.Order());
        return question;
    }

    /// <summary>What the store was asked. It answers when the test says so.</summary>
    private sealed class Question(IReadOnlyCollection<string> ids)
    {
        private readonly TaskCompletionSource<IReadOnlyList<StoredKeyDetails>> _rows = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IReadOnlyCollection<string> Ids => ids;

        public Task<IReadOnlyList<StoredKeyDetails>> Rows => _rows.Task;

        public void Answer() => _rows.SetResult([.. ids.Select(Row)]);

        public void Fail(Exception fault) => _rows.SetException(fault);

        private static StoredKeyDetails Row(string id) => new()
        {
            Key = Charging.Rows.Key(id: id),
            ReadAt = DateTimeOffset.UnixEpoch,
            Name = "",
            KeyPrefix = "",
            CreatedAt = DateTimeOffset.UnixEpoch,
            LastUsedAt = null,
            DelegatedBy = null,
            UserId = null,
        };
    }
}
