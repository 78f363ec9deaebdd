namespace AgentKey.Storage;

/// <summary>Which keys to list.</summary>
public sealed record KeyQuery
{
    /// <summary>The most keys that one call returns.</summary>
    public const int MaxLimit = 1000;

    /// <summary>Only keys of this account.</summary>
    /// <exception cref="InvalidFieldException">It holds NUL or unpaired surrogate characters.</exception>
    public string? AccountId
    {
        get;
        init => field = TextField.Comparable(value, "accountId");
    }

    /// <summary>Also keys that were revoked or have expired.</summary>
    public bool IncludeDead { get; init; }

    /// <summary>Only keys directly below this one.</summary>
    /// <exception cref="InvalidFieldException">It holds NUL or unpaired surrogate characters.</exception>
    public string? ParentId
    {
        get;
        init => field = TextField.Comparable(value, "parentId");
    }

    /// <summary>
    /// Only keys that have this text in their name, account, display prefix, external subject or the human who delegated
    /// to them, whatever the case of ASCII letters, or that have it as their id. Reads every row that the other conditions leave.
    /// </summary>
    /// <exception cref="InvalidFieldException">It holds NUL or unpaired surrogate characters.</exception>
    public string? Search
    {
        get;
        init => field = TextField.Comparable(value, "search");
    }

    /// <summary>Whether the list goes down from the largest id, which is the newest key where ids are numbers.</summary>
    public bool NewestFirst { get; init; }

    /// <summary>Only keys that come after this one in the list, which is ordered by id: the last id of the page before.</summary>
    /// <exception cref="InvalidFieldException">It holds NUL or unpaired surrogate characters.</exception>
    public string? AfterId
    {
        get;
        init => field = TextField.Comparable(value, "afterId");
    }

    /// <summary>The most keys to return, 1 to <see cref="MaxLimit"/>.</summary>
    public int Limit { get; init; } = 100;
}
