namespace Amp.Worker.Materialize.Parquet;

/// <summary>Bytes of encoded pages of one column chunk, in the order in which they will lie in the file.</summary>
internal sealed class PageStore(PageMemory memory) : IDisposable
{
    private readonly List<byte[]> _blocks = [];

    public long Length { get; private set; }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var used = (int)(Length % PageMemory.BlockBytes);
            if (used == 0)
                _blocks.Add(memory.Rent());
            var part = bytes[..Math.Min(bytes.Length, PageMemory.BlockBytes - used)];
            part.CopyTo(_blocks[^1].AsSpan(used));
            Length += part.Length;
            bytes = bytes[part.Length..];
        }
    }

    /// <summary>Adds what is stored to a file's pieces.</summary>
    public void AddTo(List<ReadOnlyMemory<byte>> pieces)
    {
        for (var i = 0; i < _blocks.Count; i++)
            pieces.Add(_blocks[i].AsMemory(0, (int)Math.Min(PageMemory.BlockBytes, Length - ((long)i * PageMemory.BlockBytes))));
    }

    public void Dispose() => Clear();

    public void Clear()
    {
        _blocks.ForEach(memory.Return);
        _blocks.Clear();
        Length = 0;
    }
}
