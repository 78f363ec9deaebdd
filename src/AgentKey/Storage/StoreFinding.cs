namespace AgentKey.Storage;

/// <summary>One thing that an examination of a store found. Holds no secret and no hash.</summary>
public sealed record StoreFinding
{
    /// <summary>What kind of finding it is, for programs, e.g. <c>column_missing</c>.</summary>
    public required string Code { get; init; }

    /// <summary>How bad it is.</summary>
    public required FindingSeverity Severity { get; init; }

    /// <summary>The table, as the store names it.</summary>
    public required string Table { get; init; }

    /// <summary>The column or index; <see langword="null"/> when the finding is about the whole table or server.</summary>
    public string? Column { get; init; }

    /// <summary>The first row that has it; <see langword="null"/> when the finding is not about rows.</summary>
    public string? RowId { get; init; }

    /// <summary>What should be there.</summary>
    public required string Expected { get; init; }

    /// <summary>What is there.</summary>
    public required string Found { get; init; }

    /// <summary>How to mend it.</summary>
    public required string Fix { get; init; }

    /// <summary>All of it in one line.</summary>
    public override string ToString() =>
        $"{Table}{(Column is null ? "" : $", {Column}")}{(RowId is null ? "" : $", row {RowId}")}: expected {Expected}, found {Found}; {Fix}";
}
