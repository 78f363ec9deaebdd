using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Storage;
using AgentKey.Telemetry;

namespace AgentKey;

/// <summary>
/// The front door: makes keys, decides what they may do and spend, and takes them away.
/// </summary>
/// <remarks>
/// Safe for use from any number of threads; one instance per store and process is enough, and lets calls share
/// transactions. Several processes may work on one store at once. Every method that asks the store throws
/// <see cref="StoreUnavailableException"/> when it does not answer and <see cref="SchemaException"/> when the table is
/// not there: money fails closed.
/// </remarks>
public sealed partial class AgentKeys : IAsyncDisposable
{
    private readonly IKeyStore _store;
    private readonly AgentKeysOptions _options;
    private readonly IHost _host;
    private readonly KeyResolver _resolver;
    private readonly KeyReader _reader;
    private readonly ChargeQueue _queue;
    private readonly Peppers _peppers;
    private readonly KeyTelemetry _telemetry;

    /// <summary>Opens the front door of a store.</summary>
    /// <param name="store">Disposed together with this instance.</param>
    /// <param name="options">Settings; the defaults when <see langword="null"/>.</param>
    /// <exception cref="InvalidFieldException">A setting is out of range.</exception>
    public AgentKeys(IKeyStore store, AgentKeysOptions? options = null)
        : this(store, options, ProcessHost.Instance)
    {
    }

    internal AgentKeys(IKeyStore store, AgentKeysOptions? options, IHost host)
    {
        ArgumentNullException.ThrowIfNull(store);
        _store = store;
        _options = options ?? new AgentKeysOptions();
        _options.Validate();
        _host = host;
        _peppers = _options.Peppers.Copy();
        _resolver = new KeyResolver(store);
        _reader = new KeyReader((ids, cancel) => AskAsync(token => store.FindAllAsync(ids, token), cancel), host, _options.MaxBatchSize);
        var fullest = _options.MeasuredBudgets > 0 ? new FullestBudgets(_options.MeasuredBudgets, host.Timers) : null;
        _queue = new ChargeQueue(store, _options, host, fullest);
        _telemetry = new KeyTelemetry(_options.MeterFactory, fullest);
    }

    /// <summary>The events that wait for delivery, written because of <see cref="AgentKeysOptions.Events"/>.</summary>
    public IEventOutbox Events => _store.Events;

    /// <summary>Whether refused calls of known keys are counted among the <see cref="Events"/>, because of <see cref="AgentKeysOptions.Events"/>.</summary>
    public bool RecordsRefusals => _options.Events is { Refusals: > 0 };

    /// <summary>Creates what is missing of the schema; changes nothing that exists.</summary>
    public Task MigrateAsync(CancellationToken cancellationToken = default) => _store.MigrateAsync(cancellationToken);

    /// <summary>Asks the store what every charge needs: that it answers, and that its tables have the expected form.</summary>
    /// <exception cref="StoreUnavailableException">It does not answer in time.</exception>
    /// <exception cref="SchemaException">A table is missing or not as it has to be; the message tells what to do.</exception>
    public Task PingAsync(CancellationToken cancellationToken = default) =>
        // No row: one that makes no sense must not stop those who serve the others.
        AskAsync(token => _store.FindAllAsync([], token), cancellationToken);

    /// <summary>Closes the store. Decisions that are under way finish first or fail as unavailable; none is lost half-made.</summary>
    public ValueTask DisposeAsync()
    {
        _telemetry.Dispose();
        return _store.DisposeAsync();
    }

    private async ValueTask<KeyChain?> FindChainAsync(KeyLookup lookup, CancellationToken cancellationToken) =>
        _resolver.Recall(lookup) ?? await LookUpAsync(lookup, cancellationToken).ConfigureAwait(false);

    /// <summary>The chain as the store knows it, whatever is remembered of it.</summary>
    private Task<KeyChain?> LookUpAsync(KeyLookup lookup, CancellationToken cancellationToken) =>
        AskAsync(token => _resolver.FindAsync(lookup, token), cancellationToken);

    /// <summary>Decides an operation on a key. What was remembered of its chain may be out of date: then looks again.</summary>
    /// <returns><see langword="null"/> when there is no such key, or its chain is broken.</returns>
    private async Task<T?> DecideAsync<T>(KeyLookup lookup, Func<KeyChain, KeyOperation> operationOf, CancellationToken cancellationToken)
        where T : class
    {
        const int attempts = 3;
        for (var attempt = 1; attempt <= attempts; attempt++)
        {
            var remembered = _resolver.Recall(lookup);
            if ((remembered ?? await LookUpAsync(lookup, cancellationToken).ConfigureAwait(false)) is not { IsBroken: false } chain)
            {
                return null;
            }

            var result = await _queue.DecideAsync(operationOf(chain), cancellationToken).ConfigureAwait(false);

            // A credential that does not open the key that it once did may open another one by now.
            var isOutOfDate = remembered is not null && result.Answer is SpendingAnswer { Denial.Fault: KeyFault.Unknown };
            if (!result.IsStaleChain && !isOutOfDate)
            {
                return (T)result.Answer!;
            }

            _resolver.Forget(lookup);
        }

        return null;
    }

    /// <summary>Asks the store, but waits for it no longer than the settings allow.</summary>
    private async Task<T> AskAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.StoreTimeout, _host.Timers);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await ask(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw StoreUnavailableException.After(_options.StoreTimeout, late);
        }
    }
}
