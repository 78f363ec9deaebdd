using AgentKey.StoreContract;

// The whole contract, once with one instance of the library and once with two on the same file.
namespace AgentKey.Sqlite.Tests.OneInstance
{
    public sealed class Keys : KeyContract<SqliteUnderTest>;

    public sealed class Charging : ChargingContract<SqliteUnderTest>;

    public sealed class Repetition : RepetitionContract<SqliteUnderTest>;

    public sealed class Periods : PeriodContract<SqliteUnderTest>;

    public sealed class Processes : ProcessContract<SqliteUnderTest>;
}

namespace AgentKey.Sqlite.Tests.TwoInstances
{
    public sealed class Keys : KeyContract<TwoOnSqlite>;

    public sealed class Charging : ChargingContract<TwoOnSqlite>;

    public sealed class Repetition : RepetitionContract<TwoOnSqlite>;

    public sealed class Periods : PeriodContract<TwoOnSqlite>;

    public sealed class Processes : ProcessContract<TwoOnSqlite>;
}
