using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Amp.Chains.Rows;
using Apache.Arrow;

namespace Amp.Worker.Materialize.Parquet;

/// <summary>Byte strings or text of any length, or of one length that is not frequent: by a dictionary as long as they repeat, plain otherwise.</summary>
internal sealed class BytesChunk(ParquetLeaf leaf, PageWriter writer) : ColumnChunk(leaf, writer)
{
    private readonly DictionarySlots _slots = new();
    private readonly int[] _places = new int[MaxPageRows];
    private readonly NativeBuffer _entries = new();
    private readonly BytesBounds _page = new();
    private readonly BytesBounds _chunk = new();
    private int[] _ends = new int[64];
    private int _count;
    private int _placed;
    private int _placedBytes;
    private long _seen;
    private bool _isPlain;
    private int _lastPlace = -1;

    // A page whose places become values again is to have the size of any other.
    protected override int PageBytes => Plain.Length + _placedBytes;

    protected override int DictionaryCount => _count;

    private int PrefixBytes => Leaf.Width == 0 ? sizeof(int) : 0;

    public override void Clear()
    {
        base.Clear();
        ForgetDictionary();
        _chunk.Clear();
        (_seen, _isPlain) = (0, false);
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
        var fitting = offsets[1..].BinarySearch(offsets[0] + bytes);
        return Math.Clamp(fitting < 0 ? ~fitting : fitting, 1, count);
    }

    protected override void AppendValues(ArrayData data, int start, int count)
    {
        var offsets = Leaf.Width == 0 ? OffsetsOf(data) : default;
        var bytes = data.Buffers[Leaf.Width == 0 ? 2 : 1].Span;
        for (var i = start; i < start + count; i++)
        {
            var value = Leaf.Width == 0 ? bytes[offsets[i]..offsets[i + 1]] : bytes.Slice(i * Leaf.Width, Leaf.Width);
            if (_isPlain || !Place(value))
            {
                Write(value, Plain);
                _page.Add(value);
            }
        }
    }

    protected override PageEncoding WriteValues(NativeBuffer page)
    {
        if (!_isPlain && !HasDictionaryPages && DictionaryRules.IsOfNoUse(_count, _seen))
            LeaveDictionary();
        if (_placed == 0)
        {
            page.Append(Plain.WrittenSpan);
            return PageEncoding.Plain;
        }

        var width = DictionaryRules.WidthOf(_count);
        page.Append(1)[0] = (byte)width;
        RunEncoder.Write(page, _places.AsSpan(0, _placed), width);

        // The next page has bounds of its own: its first value is looked at again.
        (_placed, _placedBytes, _lastPlace) = (0, 0, -1);
        return PageEncoding.Dictionary;
    }

    protected override void WriteDictionary(NativeBuffer page)
    {
        for (var i = 0; i < _count; i++)
            Write(Entry(i), page);
    }

    protected override PageBounds? BoundsOfPage()
    {
        var bounds = _page.ToPage();
        _chunk.Add(_page);
        _page.Clear();
        return bounds;
    }

    protected override PageBounds? BoundsOfChunk() => _chunk.ToPage();

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
        if (_lastPlace < 0 || !value.SequenceEqual(Entry(_lastPlace)))
        {
            _lastPlace = PlaceOf(value);
            if (_lastPlace < 0)
            {
                LeaveDictionary();
                return false;
            }

            _page.Add(value);
        }

        _places[_placed++] = _lastPlace;
        _placedBytes += PrefixBytes + value.Length;
        _seen++;
        return true;
    }

    private int PlaceOf(ReadOnlySpan<byte> value)
    {
        var hash = HashSeed.Of(value);
        for (var slot = _slots.First(hash); ; slot = _slots.Next(slot))
        {
            var place = _slots[slot];
            if (place < 0)
                return Add(value, slot);
            if (value.SequenceEqual(Entry(place)))
                return place;
        }
    }

    private int Add(ReadOnlySpan<byte> value, int slot)
    {
        if (DictionaryRules.IsFull(_count, (long)_entries.Length + value.Length + ((_count + 1L) * PrefixBytes), _seen))
            return -1;
        if (_count == _ends.Length)
            System.Array.Resize(ref _ends, 2 * _count);
        _entries.Append(value);
        _ends[_count] = _entries.Length;
        _slots[slot] = _count++;
        if (_slots.IsCrowded(_count))
        {
            _slots.Grow();
            for (var i = 0; i < _count; i++)
                _slots.Insert(HashSeed.Of(Entry(i)), i);
        }

        return _count - 1;
    }

    private void LeaveDictionary()
    {
        _isPlain = true;
        for (var i = 0; i < _placed; i++)
            Write(Entry(_places[i]), Plain);
        (_placed, _placedBytes) = (0, 0);
        if (!HasDictionaryPages)
            ForgetDictionary();
    }

    private void ForgetDictionary()
    {
        _slots.Clear();
        _entries.Truncate(0);
        (_count, _placed, _placedBytes, _lastPlace) = (0, 0, 0, -1);
    }
}
