using System.Diagnostics;
using System.Globalization;
using AgentKey.Keys;

namespace AgentKey.AspNetCore.Tests;

/// <summary>What the time of an answer tells. Informational: the figures are printed, and only what no noise explains fails.</summary>
public sealed class TimingTests
{
    private const int Calls = 2_000;

    [Fact]
    public async Task Row14_The_time_of_a_refusal_does_not_tell_an_unknown_key_from_a_dead_one()
    {
        await using var application = await KeyedApplication.StartAsync(authenticate: options => options.FailedKeysPerAddress = null);
        var (live, revoked, expired) = (await KeyFolder.MintAsync(application.Keys), await KeyFolder.MintAsync(application.Keys), await KeyFolder.MintAsync(application.Keys));
        await application.Keys.RevokeAsync(revoked.Key.Id, cancellationToken: TestContext.Current.CancellationToken);
        application.Folder.Expire(expired);
        (string Name, string Secret)[] presented =
            [("live", live.Secret.Reveal()), ("unknown", AgentSecret.Generate().Reveal()), ("revoked", revoked.Secret.Reveal()), ("expired", expired.Secret.Reveal())];

        var times = await MeasureAsync(application, presented);

        foreach (var (one, other) in new[] { ("unknown", "revoked"), ("unknown", "expired"), ("revoked", "expired"), ("unknown", "live"), ("revoked", "live") })
        {
            var effect = ShareOfSlower(times[one], times[other]);
            TestContext.Current.TestOutputHelper!.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{one} {Median(times[one]):0.000} ms, {other} {Median(times[other]):0.000} ms, slower in {effect:P0} of pairs"));
            Assert.InRange(effect, 0.2, 0.8);
        }
    }

    /// <summary>In turns, so that whatever else the machine does happens to all of them.</summary>
    private static async Task<Dictionary<string, double[]>> MeasureAsync(KeyedApplication application, (string Name, string Secret)[] presented)
    {
        var times = presented.ToDictionary(key => key.Name, _ => new double[Calls]);
        for (var call = -200; call < Calls; call++)
        {
            foreach (var (name, secret) in presented)
            {
                var started = Stopwatch.GetTimestamp();
                (await application.GetAsync("/key", "Bearer " + secret)).Dispose();
                if (call >= 0)
                {
                    times[name][call] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
                }
            }
        }

        return times;
    }

    /// <summary>How often one of the first is slower than one of the second: a half when they cannot be told apart.</summary>
    private static double ShareOfSlower(double[] first, double[] second)
    {
        var sorted = second.Order().ToArray();
        return first.Average(time =>
        {
            var below = Array.BinarySearch(sorted, time);
            return (double)(below < 0 ? ~below : below) / sorted.Length;
        });
    }

    private static double Median(double[] times) => times.Order().ElementAt(times.Length / 2);
}
