namespace AgentKey.Postgres.Batches;

/// <summary>
/// How often what was remembered was still so. A batch that counts on a row in vain costs a round trip and leaves an
/// error in the server's log, so nothing is counted on while more than one in fifty would be in vain.
/// </summary>
/// <remarks>Not safe for use from several threads.</remarks>
internal sealed class RecallRate
{
    private const int Cost = 50;

    // What may be in vain before anything is known.
    private const int Grace = 3 * Cost;

    // Older experience counts half when so much is known.
    private const int Much = 10_000;

    private int _kept;
    private int _lost;

    public bool IsGood => _lost <= _kept + Grace;

    /// <summary>A batch found what was remembered of its rows as it was, or not, whether it had counted on it or not.</summary>
    public void Note(bool wasSame)
    {
        if (wasSame)
        {
            _kept++;
        }
        else
        {
            _lost += Cost;
        }

        if (_kept + _lost > Much)
        {
            _kept /= 2;
            _lost /= 2;
        }
    }
}
