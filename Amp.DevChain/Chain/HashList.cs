namespace Amp.DevChain.Chain;

/// <summary>The hashes of a chain of the full grade, 32 bytes a block. Appended to by one thread, read by many up to a view's head.</summary>
internal sealed class HashList
{
    private const int Size = 32;
    private const int PerChunk = 8192;

    private readonly List<byte[]> _chunks = [];
    private byte[][] _published = [];

    public ulong Count { get; private set; }

    public ReadOnlySpan<byte> this[ulong number] =>
        Volatile.Read(ref _published)[number / PerChunk].AsSpan((int)(number % PerChunk) * Size, Size);

    public void Add(ReadOnlySpan<byte> hash)
    {
        var offset = (int)(Count % PerChunk) * Size;
        if (offset == 0)
        {
            _chunks.Add(new byte[PerChunk * Size]);
            Volatile.Write(ref _published, [.. _chunks]);
        }

        hash.CopyTo(_chunks[^1].AsSpan(offset));
        Count++;
    }

    /// <summary>A list of its own with the first hashes of this one, to be continued otherwise.</summary>
    public HashList Truncated(ulong count)
    {
        var list = new HashList();
        for (ulong number = 0; number < count; number++)
            list.Add(this[number]);
        return list;
    }

    /// <summary>Height of a hash among the first <paramref name="count"/>, newest first; a scan, as a map would cost more than the hashes.</summary>
    public ulong? Find(ReadOnlySpan<byte> hash, ulong count)
    {
        for (var number = count; number-- > 0;)
        {
            if (this[number].SequenceEqual(hash))
                return number;
        }

        return null;
    }
}
