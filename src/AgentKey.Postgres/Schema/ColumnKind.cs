namespace AgentKey.Postgres.Schema;

/// <summary>What a column may be in the host's table.</summary>
internal enum ColumnKind
{
    /// <summary>Whole numbers, uuid or text.</summary>
    Reference,

    /// <summary>Text of any length.</summary>
    Text,

    /// <summary>An array of text.</summary>
    Texts,

    /// <summary>An instant with its time zone.</summary>
    Instant,

    /// <summary>Whole cents.</summary>
    Cents,

    /// <summary>Micro-cents.</summary>
    MicroCents,

    /// <summary>Yes or no.</summary>
    Flag,
}
