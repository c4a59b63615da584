using System.CommandLine;

namespace Amp.DevChain.Commands;

/// <summary>The options of the command line, each with the default of <see cref="DevChainSettings"/>.</summary>
internal sealed class DevChainOptions
{
    private static readonly DevChainSettings Defaults = new();

    private readonly Option<int> _port = Make("--port", "TCP port on 127.0.0.1; 0 takes a free one.", Defaults.Port);
    private readonly Option<ulong> _seed = Make("--seed", "What the chain is made from.", Defaults.Seed);
    private readonly Option<ulong> _chainId = Make("--chain-id", "Chain id, also of the signatures.", Defaults.ChainId);
    private readonly Option<string> _network = Make("--network", "Name of the network.", Defaults.Network);
    private readonly Option<Grade> _grade = Make(
        "--grade",
        "full: every hash, root, bloom and signature can be recomputed. load: same shape and links, pseudo-random roots and signatures, cheap.",
        Defaults.Grade);

    private readonly Option<ulong> _blocks = Make("--blocks", "Height at the start. The full grade mines these first (below 1 ms a transaction).", Defaults.Blocks);
    private readonly Option<double> _blockTime = Make("--block-time", "Seconds between blocks mined by themselves; 0 mines on demand only.", 0.0);
    private readonly Option<ulong> _interval = Make("--timestamp-interval", "Seconds between header timestamps.", Defaults.TimestampInterval);
    private readonly Option<ulong> _genesisTime = Make("--genesis-time", "Timestamp of block 0, seconds since 1970.", Defaults.GenesisTime);
    private readonly Option<ulong> _finalityLag = Make("--finality-lag", "The finalized block is so many below the head.", Defaults.FinalityLag);
    private readonly Option<ulong?> _safeLag = Make("--safe-lag", "The safe block is so many below the head; half the finality lag by default.", Defaults.SafeLag);
    private readonly Option<int> _transactions = Make("--transactions", "Transactions of an average block.", Defaults.TransactionsPerBlock);
    private readonly Option<int> _logs = Make("--logs", "Logs of an average block.", Defaults.LogsPerBlock);
    private readonly Option<double> _latency = Make("--latency-ms", "Milliseconds waited before each answer.", 0.0);
    private readonly Option<int> _rateLimit = Make("--rate-limit", "HTTP requests a second above which 429 is answered; 0 sets no limit.", Defaults.RateLimit);
    private readonly Option<int> _maxBatch = Make("--max-batch", "Calls one batch may hold.", Defaults.MaxBatch);
    private readonly Option<string[]> _without = Make("--without", "A method this node pretends not to know; may be repeated.", Array.Empty<string>());

    private readonly Option<string?> _state = Make<string?>(
        "--state", "Folder that remembers how far the chain has come; the next start goes on from there.", null);

    public IEnumerable<Option> All =>
    [
        _port, _seed, _chainId, _network, _grade, _blocks, _blockTime, _interval, _genesisTime, _finalityLag, _safeLag, _transactions,
        _logs, _latency, _rateLimit, _maxBatch, _without, _state,
    ];

    public DevChainSettings Read(ParseResult result) => new()
    {
        Port = result.GetValue(_port),
        Seed = result.GetValue(_seed),
        ChainId = result.GetValue(_chainId),
        Network = result.GetValue(_network) ?? "",
        Grade = result.GetValue(_grade),
        Blocks = result.GetValue(_blocks),
        BlockTime = Seconds(result.GetValue(_blockTime)),
        TimestampInterval = result.GetValue(_interval),
        GenesisTime = result.GetValue(_genesisTime),
        FinalityLag = result.GetValue(_finalityLag),
        SafeLag = result.GetValue(_safeLag),
        TransactionsPerBlock = result.GetValue(_transactions),
        LogsPerBlock = result.GetValue(_logs),
        Latency = Seconds(result.GetValue(_latency) / 1000),
        RateLimit = result.GetValue(_rateLimit),
        MaxBatch = result.GetValue(_maxBatch),
        StateFolder = result.GetValue(_state),
        WithoutMethods = result.GetValue(_without) ?? [],
    };

    private static Option<T> Make<T>(string name, string description, T value) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => value,
    };

    private static TimeSpan Seconds(double seconds) =>
        double.IsFinite(seconds) && Math.Abs(seconds) < 1e9 ? TimeSpan.FromSeconds(seconds) : TimeSpan.FromSeconds(-1);
}
