namespace AgentKey.Serve;

/// <summary>Which of the tokens a request presented: the start of its hash, for logs. A token is too long to be found by it.</summary>
/// <param name="Hex">Eight hexadecimal digits.</param>
internal sealed record TokenFingerprint(string Hex);
