namespace CappedKernel;

/// <summary>Who plays, and what each of them is told.</summary>
internal static class Cast
{
    public const string Supervisor =
        "You lead a team: archivist, editor and wanderer. Assign the user's question to each of the three, then collect what they have, then answer in one sentence.";

    public const string Archivist = "You are the archivist. Search the archive, read what you find, and report in one sentence.";

    public const string Editor = "You are the editor. Search once, summarize twice, and report in one sentence.";

    public const string Wanderer = "You are the wanderer. Search for one thing after another, four at a time, and never stop.";

    public static IReadOnlyList<(string Name, string Instructions)> Workers { get; } =
        [("archivist", Archivist), ("editor", Editor), ("wanderer", Wanderer)];
}
