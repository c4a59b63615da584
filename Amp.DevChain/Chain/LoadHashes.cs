using System.Buffers.Binary;
using Amp.DevChain.Generation;

namespace Amp.DevChain.Chain;

/// <summary>
/// Hashes of the load grade: a keyed function of fork and number that can be turned round, so that a hash alone finds its
/// block, also one that left the chain, with nothing kept.
/// </summary>
internal sealed class LoadHashes(DevChainSettings settings)
{
    private readonly ulong _blockKey = SeededRandom.Key(settings.Seed, settings.ChainId, 1);
    private readonly ulong _transactionKey = SeededRandom.Key(settings.Seed, settings.ChainId, 2);

    public void Block(BlockKey block, Span<byte> hash) => Write(hash, _blockKey, block.Number, block.Fork);

    public void Transaction(BlockKey block, int index, Span<byte> hash) =>
        Write(hash, _transactionKey, block.Number, (ulong)block.Fork << 32 | (uint)index);

    /// <summary>Key of everything pseudo-random in a block.</summary>
    public ulong BlockSeed(BlockKey block) => SeededRandom.Key(_blockKey, block.Number, block.Fork);

    public BlockKey? FindBlock(ReadOnlySpan<byte> hash) =>
        Read(hash, _blockKey) is (var number, <= uint.MaxValue and var fork) ? new BlockKey(number, (uint)fork) : null;

    public (BlockKey Block, int Index)? FindTransaction(ReadOnlySpan<byte> hash) =>
        Read(hash, _transactionKey) is (var number, var rest) && (rest & uint.MaxValue) <= int.MaxValue
            ? (new BlockKey(number, (uint)(rest >> 32)), (int)(rest & uint.MaxValue))
            : null;

    private static void Write(Span<byte> hash, ulong key, ulong first, ulong second)
    {
        var a = SeededRandom.Permute(first ^ key);
        var b = SeededRandom.Permute(second ^ a);
        var c = SeededRandom.Permute(b + key);
        BinaryPrimitives.WriteUInt64BigEndian(hash, a);
        BinaryPrimitives.WriteUInt64BigEndian(hash[8..], b);
        BinaryPrimitives.WriteUInt64BigEndian(hash[16..], c);
        BinaryPrimitives.WriteUInt64BigEndian(hash[24..], SeededRandom.Permute(c + a));
    }

    private static (ulong First, ulong Second)? Read(ReadOnlySpan<byte> hash, ulong key)
    {
        var a = BinaryPrimitives.ReadUInt64BigEndian(hash);
        var b = BinaryPrimitives.ReadUInt64BigEndian(hash[8..]);
        var first = SeededRandom.Restore(a) ^ key;
        var second = SeededRandom.Restore(b) ^ a;
        Span<byte> expected = stackalloc byte[32];
        Write(expected, key, first, second);
        return expected.SequenceEqual(hash) ? (first, second) : null;
    }
}
