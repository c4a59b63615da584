namespace Amp.DevChain.Ethereum;

/// <summary>Root of the Merkle Patricia trie over a list, built top down from the sorted keys.</summary>
internal sealed class ListTrie
{
    private readonly (byte[] Path, byte[] Value)[] _entries;
    private readonly RlpWriter _key = new();

    private ListTrie(IReadOnlyList<byte[]> values)
    {
        _entries = new (byte[], byte[])[values.Count];
        for (var i = 0; i < values.Count; i++)
            _entries[i] = (Path(i), values[i]);
        Array.Sort(_entries, (left, right) => left.Path.AsSpan().SequenceCompareTo(right.Path));
    }

    public static byte[] Root(IReadOnlyList<byte[]> values)
    {
        if (values.Count == 0)
            return Keccak256.Hash([0x80]);
        var trie = new ListTrie(values);
        return Keccak256.Hash(trie.Node(0, values.Count, 0));
    }

    private byte[] Path(int index)
    {
        _key.Clear();
        _key.Number((uint)index);
        var path = new byte[_key.Length * 2];
        for (var i = 0; i < path.Length; i++)
            path[i] = (byte)(i % 2 == 0 ? _key.Written[i / 2] >> 4 : _key.Written[i / 2] & 0xf);
        return path;
    }

    private byte[] Node(int from, int to, int depth)
    {
        var first = _entries[from];
        if (to - from == 1)
            return Pair(first.Path.AsSpan(depth), leaf: true, first.Value);
        var shared = first.Path.AsSpan(depth).CommonPrefixLength(_entries[to - 1].Path.AsSpan(depth));
        return shared > 0
            ? Pair(first.Path.AsSpan(depth, shared), leaf: false, Branch(from, to, depth + shared))
            : Branch(from, to, depth);
    }

    private byte[] Branch(int from, int to, int depth)
    {
        var writer = new RlpWriter();
        writer.Bytes([]); // No key of a list trie is the prefix of another one, so that no branch has a value.
        for (var nibble = 15; nibble >= 0; nibble--)
        {
            var start = to;
            while (start > from && _entries[start - 1].Path[depth] == nibble)
                start--;
            if (start == to)
                writer.Bytes([]);
            else
                Reference(writer, Node(start, to, depth + 1));
            to = start;
        }

        writer.CloseList(0);
        return writer.ToArrayAndClear();
    }

    private static byte[] Pair(ReadOnlySpan<byte> path, bool leaf, byte[] content)
    {
        var writer = new RlpWriter();
        if (leaf)
            writer.Bytes(content);
        else
            Reference(writer, content);
        var odd = path.Length & 1;
        Span<byte> compact = stackalloc byte[path.Length / 2 + 1];
        compact[0] = (byte)((leaf ? 0x20 : 0) | (odd == 1 ? 0x10 | path[0] : 0));
        for (var i = odd; i < path.Length; i += 2)
            compact[i / 2 + 1] = (byte)(path[i] << 4 | path[i + 1]);
        writer.Bytes(compact);
        writer.CloseList(0);
        return writer.ToArrayAndClear();
    }

    private static void Reference(RlpWriter writer, byte[] node)
    {
        if (node.Length < 32)
            writer.Raw(node);
        else
            writer.Bytes(Keccak256.Hash(node));
    }
}
