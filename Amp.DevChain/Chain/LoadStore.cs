using Amp.DevChain.Encoding;
using Amp.DevChain.Generation;

namespace Amp.DevChain.Chain;

/// <summary>The load grade: some shapes of block, encoded once, whose holes are filled for each block.</summary>
internal sealed class LoadStore : BlockStore
{
    private const int Shapes = 16;

    private readonly DevChainSettings _settings;
    private readonly LoadHashes _hashes;
    private readonly byte[][] _accountDigits;
    private readonly EncodedBlock _genesis;
    private readonly EncodedBlock _empty;
    private readonly EncodedBlock[] _shapes;

    public LoadStore(DevChainSettings settings)
    {
        _settings = settings;
        _hashes = new LoadHashes(settings);
        var senders = new Senders(settings);
        _accountDigits = [.. Enumerable.Range(0, senders.Count)
            .Select(i => System.Text.Encoding.ASCII.GetBytes(Convert.ToHexStringLower(senders.Address(i))))];
        var generator = new BodyGenerator(settings, senders);
        _genesis = Encode(generator.Generate(0, SeededRandom.Key(settings.Seed, 0x6E), empty: true));
        _empty = Encode(generator.Generate(1, SeededRandom.Key(settings.Seed, 0xE0), empty: true));
        _shapes = [.. Enumerable.Range(1, Shapes)
            .Select(i => Encode(generator.Generate((ulong)i, SeededRandom.Key(settings.Seed, 0x50, (ulong)i), empty: false)))];
    }

    public override ChainView Begin(ulong height, CancellationToken cancellationToken) => new(height, ForkTree.First, null);

    public override ChainView Mine(ChainView view, ulong count) => view with { Head = view.Head + count };

    public override ChainView Reorganise(ChainView view, ForkTree forks, ulong start, ulong head) => new(head, forks, null);

    public override BlockAnswers Answers(ChainView view, BlockKey block) => new(
        Shape(block),
        new HoleFiller(_hashes, _accountDigits, block, view.Forks.Parent(block), Timestamp(block.Number)));

    public override BlockKey? FindBlock(ChainView view, ReadOnlySpan<byte> hash) =>
        _hashes.FindBlock(hash) is { } block && IsMined(view, block) ? block : null;

    public override (BlockKey Block, int Index)? FindTransaction(ChainView view, ReadOnlySpan<byte> hash) =>
        _hashes.FindTransaction(hash) is var (block, index) && view.Forks.IsCanonical(block) && block.Number <= view.Head
            && index < Shape(block).Transactions
            ? (block, index)
            : null;

    public override byte[] Hash(ChainView view, BlockKey block)
    {
        var hash = new byte[32];
        _hashes.Block(block, hash);
        return hash;
    }

    public override BlockFacts Facts(ChainView view, BlockKey block)
    {
        var shape = Shape(block);
        return new BlockFacts(
            block.Number,
            Text(Hash(view, block)),
            Text(view.Forks.Parent(block) is { } parent ? Hash(view, parent) : new byte[32]),
            Timestamp(block.Number),
            shape.Transactions,
            shape.FailedTransactions,
            shape.Logs,
            shape.GasUsed);
    }

    // How far an abandoned fork once reached is not kept: one of its blocks above that is answered too, as nobody can know its hash.
    private static bool IsMined(ChainView view, BlockKey block) =>
        view.Forks.Exists(block) && (block.Number <= view.Head || !view.Forks.IsCanonical(block));

    private static EncodedBlock Encode(BlockBody body) =>
        EncodedBlock.From(body, HeaderFields.Unknown(800 + 250 * body.Transactions.Length), leaveHoles: true);

    private ulong Timestamp(ulong number) => _settings.GenesisTime + number * _settings.TimestampInterval;

    private EncodedBlock Shape(BlockKey block)
    {
        if (block.Number == 0)
            return _genesis;
        var key = _hashes.BlockSeed(block);
        return BlockDensity.IsEmpty(block.Number, key) ? _empty : _shapes[(int)(key % Shapes)];
    }
}
