using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Amp.Chains.Rows;
using Apache.Arrow;

namespace Amp.Worker.Materialize.Parquet;

/// <summary>Byte strings or text of any length, or of one length that is not frequent.</summary>
internal sealed class BytesChunk(ParquetLeaf leaf, PageWriter writer) : DictionaryChunk(leaf, writer)
{
    private readonly NativeBuffer _entries = new();
    private readonly BytesBounds _page = new();
    private readonly BytesBounds _chunk = new();
    private int[] _ends = new int[64];

    private int PrefixBytes => Leaf.Width == 0 ? sizeof(int) : 0;

    public override void Clear()
    {
        base.Clear();
        _chunk.Clear();
    }

    public override void Dispose()
    {
        base.Dispose();
        ((IDisposable)_entries).Dispose();
    }

    protected override int Fitting(ArrayData data, int start, int count, int bytes)
    {
        if (Leaf.Width > 0)
            return Math.Clamp(bytes / Leaf.Width, 1, count);
        var offsets = OffsetsOf(data).Slice(start, count + 1);
        var fitting = offsets[1..].BinarySearch((int)Math.Min(int.MaxValue, (long)offsets[0] + bytes));
        return Math.Clamp(fitting < 0 ? ~fitting : fitting, 1, count);
    }

    protected override void AppendValues(ArrayData data, int start, int count)
    {
        var offsets = Leaf.Width == 0 ? OffsetsOf(data) : default;
        var bytes = data.Buffers[Leaf.Width == 0 ? 2 : 1].Span;
        for (var i = start; i < start + count; i++)
        {
            var value = Leaf.Width == 0 ? bytes[offsets[i]..offsets[i + 1]] : bytes.Slice(i * Leaf.Width, Leaf.Width);
            if (IsPlain || !Place(value))
            {
                Write(value, Plain);
                _page.Add(value);
            }
        }
    }

    protected override void WriteEntry(int place, NativeBuffer target) => Write(Entry(place), target);

    protected override uint HashOf(int place) => HashSeed.Of(Entry(place));

    protected override PageBounds? BoundsOfPage()
    {
        var bounds = _page.ToPage();
        _chunk.Add(_page);
        _page.Clear();
        return bounds;
    }

    protected override PageBounds? BoundsOfChunk() => _chunk.ToPage();

    protected override void ForgetDictionary()
    {
        base.ForgetDictionary();
        _entries.Truncate(0);
    }

    private static ReadOnlySpan<int> OffsetsOf(ArrayData data) => MemoryMarshal.Cast<byte, int>(data.Buffers[1].Span);

    private ReadOnlySpan<byte> Entry(int place) => _entries.WrittenSpan[(place == 0 ? 0 : _ends[place - 1]).._ends[place]];

    private void Write(ReadOnlySpan<byte> value, NativeBuffer target)
    {
        var bytes = target.Append(PrefixBytes + value.Length);
        if (PrefixBytes > 0)
            BinaryPrimitives.WriteInt32LittleEndian(bytes, value.Length);
        value.CopyTo(bytes[PrefixBytes..]);
    }

    /// <summary>False when the dictionary has turned out to be of no use.</summary>
    private bool Place(ReadOnlySpan<byte> value)
    {
        if (LastPlace < 0 || !value.SequenceEqual(Entry(LastPlace)))
        {
            LastPlace = PlaceOf(value);
            if (LastPlace < 0)
            {
                LeaveDictionary();
                return false;
            }

            _page.Add(value);
        }

        FreePlaces(1)[0] = LastPlace;
        Placed(1);
        PlacedBytes += PrefixBytes + value.Length;
        return true;
    }

    private int PlaceOf(ReadOnlySpan<byte> value)
    {
        for (var slot = Slots.First(HashSeed.Of(value)); ; slot = Slots.Next(slot))
        {
            var place = Slots[slot];
            if (place < 0)
                return Add(value, slot);
            if (value.SequenceEqual(Entry(place)))
                return place;
        }
    }

    private int Add(ReadOnlySpan<byte> value, int slot)
    {
        if (DictionaryRules.IsFull(Count, (long)_entries.Length + value.Length + ((Count + 1L) * PrefixBytes), Seen))
            return -1;
        if (Count == _ends.Length)
            System.Array.Resize(ref _ends, 2 * Count);
        _entries.Append(value);
        _ends[Count] = _entries.Length;
        return Enter(slot);
    }
}
