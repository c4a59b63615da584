using Amp.DevChain.Encoding;
using Amp.DevChain.Ethereum;
using Amp.DevChain.Generation;

namespace Amp.DevChain.Chain;

/// <summary>The full grade: of each block the hash is kept, and all else is made again when it is asked for.</summary>
internal sealed class FullStore : BlockStore
{
    private const long CacheBytes = 64L << 20;
    private const int IndexedTransactions = 1_000_000;

    // Bodies do not depend on their parents: so many are signed side by side, then hashed one after the other.
    private const int Window = 64;

    private readonly BodyGenerator _generator;
    private readonly BodySealer _sealer;
    private readonly BlockCache _cache = new(CacheBytes);
    private readonly TransactionIndex _transactions = new(IndexedTransactions);

    public FullStore(DevChainSettings settings)
    {
        var senders = new Senders(settings);
        _generator = new BodyGenerator(settings, senders);
        _sealer = new BodySealer(senders);
    }

    public override ChainView Begin(ulong height, CancellationToken cancellationToken)
    {
        var hashes = new HashList();
        Append(hashes, ForkTree.First, height, cancellationToken);
        return new ChainView(height, ForkTree.First, hashes);
    }

    public override ChainView Mine(ChainView view, ulong count)
    {
        var head = view.Head + count;
        Append(view.Hashes!, view.Forks, head, CancellationToken.None);
        return view with { Head = head };
    }

    public override ChainView Reorganise(ChainView view, ForkTree forks, ulong start, ulong head)
    {
        var hashes = view.Hashes!.Truncated(start);
        Append(hashes, forks, head, CancellationToken.None);
        return new ChainView(head, forks, hashes);
    }

    public override BlockAnswers Answers(ChainView view, BlockKey block)
    {
        if (_cache.Get(block) is { } cached)
            return new BlockAnswers(cached, null);
        if (!view.Forks.IsCanonical(block) || block.Number > view.Head)
            throw new InvalidOperationException($"Block {block} left the chain and the cache.");
        var encoded = Encode(Seal(block), Parent(view.Hashes!, block.Number), out var hash);
        if (!hash.AsSpan().SequenceEqual(view.Hashes![block.Number]))
            throw new InvalidOperationException($"Block {block} came out with another hash than when it was mined.");
        _cache.Add(block, hash, encoded);
        _transactions.Add(block, encoded.TransactionHashes);
        return new BlockAnswers(encoded, null);
    }

    public override BlockKey? FindBlock(ChainView view, ReadOnlySpan<byte> hash) =>
        _cache.Find(hash) ?? (view.Hashes!.Find(hash, view.Head + 1) is { } number ? view.Forks.At(number) : null);

    public override (BlockKey Block, int Index)? FindTransaction(ChainView view, ReadOnlySpan<byte> hash)
    {
        if (_transactions.Find(hash) is not var (block, index) || !view.Forks.IsCanonical(block) || block.Number > view.Head)
            return null;
        return hash.SequenceEqual(Answers(view, block).Encoded.TransactionHashes[index]) ? (block, index) : null;
    }

    public override byte[] Hash(ChainView view, BlockKey block) => view.Hashes![block.Number].ToArray();

    public override BlockFacts Facts(ChainView view, BlockKey block)
    {
        var body = _generator.Generate(block.Number, block.Fork);
        return new BlockFacts(
            block.Number,
            Text(view.Hashes![block.Number]),
            Text(Parent(view.Hashes!, block.Number)),
            body.Timestamp,
            body.Transactions.Length,
            body.Receipts.Count(receipt => !receipt.Succeeded),
            body.LogCount,
            body.GasUsed);
    }

    private static byte[] Parent(HashList hashes, ulong number) => number == 0 ? new byte[32] : hashes[number - 1].ToArray();

    private static EncodedBlock Encode(SealedBody sealedBody, byte[] parentHash, out byte[] hash)
    {
        var header = WireForm.Header(sealedBody, parentHash);
        hash = Keccak256.Hash(header);
        var fields = new HeaderFields(
            hash,
            parentHash,
            sealedBody.TransactionsRoot,
            sealedBody.ReceiptsRoot,
            sealedBody.WithdrawalsRoot,
            WireForm.SizeOfBlock(sealedBody, header.Length));
        return EncodedBlock.From(sealedBody.Body, fields, leaveHoles: false);
    }

    private SealedBody Seal(BlockKey block) => _sealer.Seal(_generator.Generate(block.Number, block.Fork));

    private void Append(HashList hashes, ForkTree forks, ulong head, CancellationToken cancellationToken)
    {
        while (hashes.Count <= head)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var first = hashes.Count;
            var bodies = new SealedBody[Math.Min(Window, head - first + 1)];
            Parallel.For(0, bodies.Length, i => bodies[i] = Seal(forks.At(first + (ulong)i)));
            foreach (var body in bodies)
                Append(hashes, forks.At(body.Body.Number), body, encode: head - body.Body.Number < Window);
        }
    }

    private void Append(HashList hashes, BlockKey key, SealedBody body, bool encode)
    {
        _transactions.Add(key, [.. body.Body.Transactions.Select(tx => tx.Hash)]);
        var parent = Parent(hashes, key.Number);
        if (!encode)
        {
            hashes.Add(Keccak256.Hash(WireForm.Header(body, parent)));
            return;
        }

        // The newest blocks are asked for next.
        var encoded = Encode(body, parent, out var hash);
        hashes.Add(hash);
        _cache.Add(key, hash, encoded);
    }
}
