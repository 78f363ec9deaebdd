namespace AgentKey.ModelServer;

/// <summary>The server's tokenizer: a word is a token.</summary>
internal static class WordCount
{
    public static int Of(string text) => Split(text).Count;

    /// <summary>The words, each with the white space that follows it, so that they join to the text again.</summary>
    public static List<string> Split(string text)
    {
        var words = new List<string>();
        var start = 0;
        for (var i = 1; i <= text.Length; i++)
        {
            if (i == text.Length || (char.IsWhiteSpace(text[i - 1]) && !char.IsWhiteSpace(text[i])))
            {
                words.Add(text[start..i]);
                start = i;
            }
        }

        return words;
    }
}
