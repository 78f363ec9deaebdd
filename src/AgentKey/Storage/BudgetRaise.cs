namespace AgentKey.Storage;

/// <summary>More money for a while, counted from the store's time.</summary>
/// <param name="Owner">The budget's owner, e.g. <c>key:42</c>.</param>
/// <param name="Name">The name of a further budget; <see langword="null"/> for a key's own.</param>
/// <param name="ByMicroCents">How much more, in micro-cents; zero ends a raise.</param>
/// <param name="For">For how long.</param>
public sealed record BudgetRaise(string Owner, string? Name, long ByMicroCents, TimeSpan For);
