namespace Amp.DevChain;

/// <summary>What a simulated chain and its node are like. Equal settings give equal chains, byte for byte.</summary>
public sealed record DevChainSettings
{
    /// <summary>Upper bounds of the means; a quarter above it stays below <see cref="Generation.TransactionGenerator.NoncesPerBlock"/>.</summary>
    public const int MaxTransactionsPerBlock = 3000;

    public const int MaxLogsPerBlock = 100_000;

    /// <summary>TCP port on the loopback interface; 0 takes a free one.</summary>
    public int Port { get; init; } = 8545;

    public ulong Seed { get; init; } = 1;

    public ulong ChainId { get; init; } = 31_337;

    /// <summary>Name in web3_clientVersion and in the line printed at start; net_version is the chain id.</summary>
    public string Network { get; init; } = "devchain";

    public Grade Grade { get; init; } = Grade.Full;

    /// <summary>Height at the start: blocks 0 to this one exist.</summary>
    public ulong Blocks { get; init; }

    /// <summary>Time between blocks mined by themselves; zero mines on demand only.</summary>
    public TimeSpan BlockTime { get; init; } = TimeSpan.Zero;

    /// <summary>Seconds between header timestamps, whatever the time between blocks really is: timestamps depend on the number alone.</summary>
    public ulong TimestampInterval { get; init; } = 12;

    /// <summary>Timestamp of block 0, in seconds since the Unix epoch.</summary>
    public ulong GenesisTime { get; init; } = 1_700_000_000;

    /// <summary>The finalized block is this far below the head.</summary>
    public ulong FinalityLag { get; init; } = 64;

    /// <summary>The safe block is this far below the head; half the finality lag where none is given.</summary>
    public ulong? SafeLag { get; init; }

    /// <summary>Transactions of an average block.</summary>
    public int TransactionsPerBlock { get; init; } = 8;

    /// <summary>Logs of an average block.</summary>
    public int LogsPerBlock { get; init; } = 16;

    /// <summary>Waited before each answer.</summary>
    public TimeSpan Latency { get; init; } = TimeSpan.Zero;

    /// <summary>HTTP requests a second above which 429 is answered; 0 sets no limit. A batch is one request.</summary>
    public int RateLimit { get; init; }

    /// <summary>Calls one batch may hold.</summary>
    public int MaxBatch { get; init; } = 1000;

    /// <summary>Methods this node pretends not to know (-32601).</summary>
    public IReadOnlyList<string> WithoutMethods { get; init; } = [];

    /// <summary>Folder that remembers how far the chain has come; the next start goes on from there. None where null.</summary>
    public string? StateFolder { get; init; }

    /// <summary>What two chains must have in common to be one.</summary>
    internal string Identity =>
        $"grade {Grade}, seed {Seed}, chain id {ChainId}, {TransactionsPerBlock} transactions and {LogsPerBlock} logs per block, " +
        $"genesis time {GenesisTime}, timestamp interval {TimestampInterval}";

    /// <summary>The first thing wrong with these settings, or null.</summary>
    public string? Problem() => this switch
    {
        { Port: < 0 or > 65535 } => $"port {Port} is not within 0 and 65535",
        { ChainId: 0 or > int.MaxValue } => $"chain id {ChainId} is not within 1 and {int.MaxValue}",
        { Network.Length: 0 } => "the network's name is empty",
        { TransactionsPerBlock: < 0 or > MaxTransactionsPerBlock } =>
            $"{TransactionsPerBlock} transactions per block are not within 0 and {MaxTransactionsPerBlock}",
        { LogsPerBlock: < 0 or > MaxLogsPerBlock } => $"{LogsPerBlock} logs per block are not within 0 and {MaxLogsPerBlock}",
        { LogsPerBlock: > 0, TransactionsPerBlock: 0 } => $"{LogsPerBlock} logs per block need transactions to belong to",
        { BlockTime.Ticks: < 0 } => $"block time {BlockTime.TotalSeconds} s is negative",
        { BlockTime.TotalMilliseconds: > 0 and < 10 } => $"block time {BlockTime.TotalSeconds} s is below 0.01 s",
        { Latency.Ticks: < 0 } => $"latency {Latency.TotalMilliseconds} ms is negative",
        { RateLimit: < 0 } => $"rate limit {RateLimit} is negative",
        { MaxBatch: < 1 } => $"a batch of at most {MaxBatch} calls allows none",
        { TimestampInterval: 0 } => "a timestamp interval of 0 s would give all blocks one timestamp",
        { Blocks: > uint.MaxValue } => $"{Blocks} blocks are more than {uint.MaxValue}",
        _ => null,
    };
}
