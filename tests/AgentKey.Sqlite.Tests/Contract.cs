using AgentKey.StoreContract;

// The whole contract, once with one instance of the library and once with two on the same file.
namespace AgentKey.Sqlite.Tests.OneInstance
{
    public sealed class Keys : KeyContract<SqliteUnderTest>;

    public sealed class Charging : ChargingContract<SqliteUnderTest>;

    public sealed class Repetition : RepetitionContract<SqliteUnderTest>;

    public sealed class Periods : PeriodContract<SqliteUnderTest>;

    public sealed class Processes : ProcessContract<SqliteUnderTest>;

    public sealed class Holds : HoldContract<SqliteUnderTest>;

    public sealed class Chains : ChainContract<SqliteUnderTest>;

    public sealed class Carving : CarvingContract<SqliteUnderTest>;

    public sealed class Budgets : BudgetContract<SqliteUnderTest>;

    public sealed class Credentials : CredentialContract<SqliteUnderTest>;

    public sealed class Ledgers : LedgerContract<SqliteUnderTest>;

    public sealed class Peppers : PepperContract<SqliteUnderTest>;

    public sealed class OddRows : OddRowContract<SqliteUnderTest>;

    public sealed class Examinations : ExaminationContract<SqliteUnderTest>;

    public sealed class Events : EventContract<SqliteUnderTest>;
}

namespace AgentKey.Sqlite.Tests.TwoInstances
{
    public sealed class Keys : KeyContract<TwoOnSqlite>;

    public sealed class Charging : ChargingContract<TwoOnSqlite>;

    public sealed class Repetition : RepetitionContract<TwoOnSqlite>;

    public sealed class Periods : PeriodContract<TwoOnSqlite>;

    public sealed class Processes : ProcessContract<TwoOnSqlite>;

    public sealed class Holds : HoldContract<TwoOnSqlite>;

    public sealed class Chains : ChainContract<TwoOnSqlite>;

    public sealed class Carving : CarvingContract<TwoOnSqlite>;

    public sealed class Budgets : BudgetContract<TwoOnSqlite>;

    public sealed class Credentials : CredentialContract<TwoOnSqlite>;

    public sealed class Ledgers : LedgerContract<TwoOnSqlite>;

    public sealed class Events : EventContract<TwoOnSqlite>;
}
