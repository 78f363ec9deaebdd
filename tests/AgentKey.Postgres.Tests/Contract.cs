using AgentKey.StoreContract;

// The whole contract, once with one instance of the library and once with two on the same database.
namespace AgentKey.Postgres.Tests.OneInstance
{
    public sealed class Keys : KeyContract<PostgresUnderTest>;

    public sealed class Charging : ChargingContract<PostgresUnderTest>;

    public sealed class Repetition : RepetitionContract<PostgresUnderTest>;

    public sealed class Periods : PeriodContract<PostgresUnderTest>;

    public sealed class Processes : ProcessContract<PostgresUnderTest>;

    public sealed class Holds : HoldContract<PostgresUnderTest>;

    public sealed class Chains : ChainContract<PostgresUnderTest>;

    public sealed class Carving : CarvingContract<PostgresUnderTest>;

    public sealed class Budgets : BudgetContract<PostgresUnderTest>;

    public sealed class Credentials : CredentialContract<PostgresUnderTest>;

    public sealed class Ledgers : LedgerContract<PostgresUnderTest>;

    public sealed class Peppers : PepperContract<PostgresUnderTest>;

    public sealed class OddRows : OddRowContract<PostgresUnderTest>;

    public sealed class Examinations : ExaminationContract<PostgresUnderTest>;

    public sealed class Events : EventContract<PostgresUnderTest>;
}

namespace AgentKey.Postgres.Tests.TwoInstances
{
    public sealed class Keys : KeyContract<TwoOnPostgres>;

    public sealed class Charging : ChargingContract<TwoOnPostgres>;

    public sealed class Repetition : RepetitionContract<TwoOnPostgres>;

    public sealed class Periods : PeriodContract<TwoOnPostgres>;

    public sealed class Processes : ProcessContract<TwoOnPostgres>;

    public sealed class Holds : HoldContract<TwoOnPostgres>;

    public sealed class Chains : ChainContract<TwoOnPostgres>;

    public sealed class Carving : CarvingContract<TwoOnPostgres>;

    public sealed class Budgets : BudgetContract<TwoOnPostgres>;

    public sealed class Credentials : CredentialContract<TwoOnPostgres>;

    public sealed class Ledgers : LedgerContract<TwoOnPostgres>;

    public sealed class Events : EventContract<TwoOnPostgres>;
}
