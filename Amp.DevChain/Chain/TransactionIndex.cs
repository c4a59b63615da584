using System.Buffers.Binary;

namespace Amp.DevChain.Chain;

/// <summary>Where the newest transactions of the full grade are, by the first 8 bytes of their hash; the oldest are forgotten first.</summary>
internal sealed class TransactionIndex(int capacity)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, (BlockKey Block, int Index)> _places = [];
    private readonly Queue<ulong> _order = new();

    public void Add(BlockKey block, byte[][] hashes)
    {
        lock (_lock)
        {
            for (var i = 0; i < hashes.Length; i++)
            {
                var prefix = BinaryPrimitives.ReadUInt64BigEndian(hashes[i]);
                if (!_places.ContainsKey(prefix))
                    _order.Enqueue(prefix);
                _places[prefix] = (block, i);
            }

            while (_order.Count > capacity)
                _places.Remove(_order.Dequeue());
        }
    }

    /// <summary>A place to look at: the caller compares the whole hash.</summary>
    public (BlockKey Block, int Index)? Find(ReadOnlySpan<byte> hash)
    {
        lock (_lock)
            return _places.TryGetValue(BinaryPrimitives.ReadUInt64BigEndian(hash), out var place) ? place : null;
    }
}
