namespace Amp.TestKit.Ethereum;

/// <summary>A Merkle Patricia trie in memory, filled key by key; small and slow on purpose.</summary>
public sealed class MerkleTrie
{
    private Node? _root;

    /// <summary>Root of the list trie of a block: key = RLP of the index, value = the encoded item.</summary>
    public static byte[] RootOfList(IReadOnlyList<byte[]> values)
    {
        var trie = new MerkleTrie();
        for (var i = 0; i < values.Count; i++)
            trie.Put(Rlp.Number(i), values[i]);
        return trie.Root();
    }

    public void Put(ReadOnlySpan<byte> key, byte[] value)
    {
        var path = new byte[key.Length * 2];
        for (var i = 0; i < key.Length; i++)
        {
            path[2 * i] = (byte)(key[i] >> 4);
            path[2 * i + 1] = (byte)(key[i] & 0xf);
        }

        _root = Insert(_root, path, value);
    }

    public byte[] Root() => Keccak.Hash(_root is null ? Rlp.EmptyBytes : _root.Encode());

    private static Node Insert(Node? node, byte[] path, byte[] value)
    {
        switch (node)
        {
            case null:
                return new Leaf(path, value);
            case Leaf leaf:
                if (leaf.Path.AsSpan().SequenceEqual(path))
                    return new Leaf(path, value);
                return Split(leaf.Path, rest => new Leaf(rest, leaf.Value), leaf.Value, path, value);
            case Extension extension:
                var common = path.AsSpan().CommonPrefixLength(extension.Path);
                if (common == extension.Path.Length)
                    return extension with { Child = Insert(extension.Child, path[common..], value) };
                return Split(
                    extension.Path,
                    rest => rest.Length == 0 ? extension.Child : new Extension(rest, extension.Child),
                    null,
                    path,
                    value);
            case Branch branch:
                if (path.Length == 0)
                    return branch with { Value = value };
                var children = branch.Children.ToArray();
                children[path[0]] = Insert(children[path[0]], path[1..], value);
                return branch with { Children = children };
            default:
                throw new InvalidOperationException($"No such trie node: {node.GetType()}.");
        }
    }

    private static Node Split(byte[] old, Func<byte[], Node> makeOld, byte[]? oldValueIfEnded, byte[] path, byte[] value)
    {
        var common = path.AsSpan().CommonPrefixLength(old);
        var children = new Node?[16];
        byte[]? branchValue = null;
        if (old.Length == common)
            branchValue = oldValueIfEnded;
        else
            children[old[common]] = makeOld(old[(common + 1)..]);
        if (path.Length == common)
            branchValue = value;
        else
            children[path[common]] = new Leaf(path[(common + 1)..], value);
        Node branch = new Branch(children, branchValue);
        return common == 0 ? branch : new Extension(path[..common], branch);
    }

    private abstract record Node
    {
        public abstract byte[] Encode();

        /// <summary>A node of less than 32 bytes stands inside its parent, a longer one is named by its hash.</summary>
        public byte[] Reference()
        {
            var encoded = Encode();
            return encoded.Length < 32 ? encoded : Rlp.Bytes(Keccak.Hash(encoded));
        }

        protected static byte[] HexPrefix(byte[] path, bool leaf)
        {
            var odd = path.Length % 2 == 1;
            var nibbles = new List<byte> { (byte)((leaf ? 2 : 0) + (odd ? 1 : 0)) };
            if (!odd)
                nibbles.Add(0);
            nibbles.AddRange(path);
            return [.. nibbles.Chunk(2).Select(pair => (byte)(pair[0] << 4 | pair[1]))];
        }
    }

    private sealed record Leaf(byte[] Path, byte[] Value) : Node
    {
        public override byte[] Encode() => Rlp.List(Rlp.Bytes(HexPrefix(Path, leaf: true)), Rlp.Bytes(Value));
    }

    private sealed record Extension(byte[] Path, Node Child) : Node
    {
        public override byte[] Encode() => Rlp.List(Rlp.Bytes(HexPrefix(Path, leaf: false)), Child.Reference());
    }

    private sealed record Branch(Node?[] Children, byte[]? Value) : Node
    {
        public override byte[] Encode() => Rlp.List(
            Children.Select(child => child?.Reference() ?? Rlp.EmptyBytes).Append(Rlp.Bytes(Value ?? [])));
    }
}
