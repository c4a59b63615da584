namespace Amp.DevChain.Chain;

/// <summary>The encoded blocks used last, up to a number of bytes.</summary>
internal sealed class BlockCache(long capacity)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<BlockKey, LinkedListNode<(BlockKey Key, byte[] Hash, EncodedBlock Block)>> _nodes = [];
    private readonly LinkedList<(BlockKey Key, byte[] Hash, EncodedBlock Block)> _recent = new();
    private long _size;

    public EncodedBlock? Get(BlockKey key)
    {
        lock (_lock)
        {
            if (!_nodes.TryGetValue(key, out var node))
                return null;
            _recent.Remove(node);
            _recent.AddFirst(node);
            return node.Value.Block;
        }
    }

    /// <summary>A cached block by its hash: the way to blocks that left the chain.</summary>
    public BlockKey? Find(ReadOnlySpan<byte> hash)
    {
        lock (_lock)
        {
            foreach (var entry in _recent)
            {
                if (hash.SequenceEqual(entry.Hash))
                    return entry.Key;
            }

            return null;
        }
    }

    public void Add(BlockKey key, byte[] hash, EncodedBlock block)
    {
        lock (_lock)
        {
            if (_nodes.ContainsKey(key))
                return;
            _nodes[key] = _recent.AddFirst((key, hash, block));
            _size += block.Size;
            while (_size > capacity && _recent.Count > 1)
            {
                var oldest = _recent.Last!.Value;
                _recent.RemoveLast();
                _nodes.Remove(oldest.Key);
                _size -= oldest.Block.Size;
            }
        }
    }
}
