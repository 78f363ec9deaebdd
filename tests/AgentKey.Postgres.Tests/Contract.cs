using AgentKey.StoreContract;

// The whole contract, once with one instance of the library and once with two on the same database.
namespace AgentKey.Postgres.Tests.OneInstance
{
    public sealed class Keys : KeyContract<PostgresUnderTest>;

    public sealed class Charging : ChargingContract<PostgresUnderTest>;

    public sealed class Repetition : RepetitionContract<PostgresUnderTest>;

    public sealed class Periods : PeriodContract<PostgresUnderTest>;

    public sealed class Processes : ProcessContract<PostgresUnderTest>;
}

namespace AgentKey.Postgres.Tests.TwoInstances
{
    public sealed class Keys : KeyContract<TwoOnPostgres>;

    public sealed class Charging : ChargingContract<TwoOnPostgres>;

    public sealed class Repetition : RepetitionContract<TwoOnPostgres>;

    public sealed class Periods : PeriodContract<TwoOnPostgres>;

    public sealed class Processes : ProcessContract<TwoOnPostgres>;
}
