using AgentKey.StoreContract;

// The whole contract on a host's own table with other names, and what ids matter for once more with the other types.
namespace AgentKey.Postgres.Tests.HostTables.Uuid
{
    public sealed class Keys : KeyContract<UuidHostTable>;

    public sealed class Charging : ChargingContract<UuidHostTable>;

    public sealed class Repetition : RepetitionContract<UuidHostTable>;

    public sealed class Periods : PeriodContract<UuidHostTable>;

    public sealed class Processes : ProcessContract<UuidHostTable>;

    public sealed class Holds : HoldContract<UuidHostTable>;

    public sealed class Chains : ChainContract<UuidHostTable>;

    public sealed class Carving : CarvingContract<UuidHostTable>;

    public sealed class Budgets : BudgetContract<UuidHostTable>;

    public sealed class Credentials : CredentialContract<UuidHostTable>;

    public sealed class Ledgers : LedgerContract<UuidHostTable>;

    public sealed class Examinations : ExaminationContract<UuidHostTable>;

    public sealed class Events : EventContract<UuidHostTable>;
}

namespace AgentKey.Postgres.Tests.HostTables.Texts
{
    public sealed class Keys : KeyContract<TextHostTable>;

    public sealed class Holds : HoldContract<TextHostTable>;

    public sealed class Chains : ChainContract<TextHostTable>;

    public sealed class Credentials : CredentialContract<TextHostTable>;

    public sealed class Ledgers : LedgerContract<TextHostTable>;

    public sealed class Events : EventContract<TextHostTable>;
}

namespace AgentKey.Postgres.Tests.HostTables.Integers
{
    public sealed class Keys : KeyContract<IntegerHostTable>;

    public sealed class Holds : HoldContract<IntegerHostTable>;

    public sealed class Chains : ChainContract<IntegerHostTable>;

    public sealed class Credentials : CredentialContract<IntegerHostTable>;

    public sealed class Ledgers : LedgerContract<IntegerHostTable>;

    public sealed class Events : EventContract<IntegerHostTable>;
}
