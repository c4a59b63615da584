using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Amp.Chains.Rows;
using Apache.Arrow;

namespace Amp.Worker.Materialize.Parquet;

/// <summary>Values of one size: by a dictionary as long as they repeat, plain otherwise.</summary>
internal sealed class FixedChunk<T, TKind>(ParquetLeaf leaf, PageWriter writer) : ColumnChunk(leaf, writer)
    where T : unmanaged
    where TKind : IValueKind<T>
{
    private readonly DictionarySlots _slots = new();
    private readonly int[] _places = new int[MaxPageRows];
    private T[] _entries = new T[64];
    private int _count;
    private int _placed;
    private long _seen;
    private bool _isPlain;
    private T _last;
    private int _lastPlace = -1;
    private bool _hasPageBounds;
    private T _least;
    private T _most;
    private bool _hasChunkBounds;
    private T _chunkLeast;
    private T _chunkMost;

    protected override int DictionaryCount => _count;

    public override void Clear()
    {
        base.Clear();
        ForgetDictionary();
        (_seen, _isPlain, _hasChunkBounds) = (0, false, false);
    }

    protected override void AppendValues(ArrayData data, int start, int count)
    {
        var values = MemoryMarshal.Cast<byte, T>(data.Buffers[1].Span).Slice(start, count);
        if (!_isPlain)
            values = values[Place(values)..];
        if (!values.IsEmpty)
            AppendPlain(values);
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
        (_placed, _lastPlace) = (0, -1);
        return PageEncoding.Dictionary;
    }

    protected override void WriteDictionary(NativeBuffer page) => Write(_entries.AsSpan(0, _count), page);

    protected override PageBounds? BoundsOfPage()
    {
        if (!_hasPageBounds)
            return null;
        _hasPageBounds = false;
        (_chunkLeast, _chunkMost) = _hasChunkBounds
            ? (TKind.Less(_least, _chunkLeast) ? _least : _chunkLeast, TKind.Less(_chunkMost, _most) ? _most : _chunkMost)
            : (_least, _most);
        _hasChunkBounds = true;
        return Bounds(_least, _most);
    }

    protected override PageBounds? BoundsOfChunk() => _hasChunkBounds ? Bounds(_chunkLeast, _chunkMost) : null;

    private static PageBounds Bounds(in T least, in T most) => new(Bytes(least), Bytes(most));

    private static byte[] Bytes(in T value)
    {
        var bytes = new byte[Unsafe.SizeOf<T>()];
        TKind.Write([value], bytes);
        return bytes;
    }

    private static void Write(ReadOnlySpan<T> values, NativeBuffer target) => TKind.Write(values, target.Append(values.Length * Unsafe.SizeOf<T>()));

    /// <summary>Values to places in the dictionary; how many, until the dictionary turned out to be of no use.</summary>
    private int Place(ReadOnlySpan<T> values)
    {
        var places = _places.AsSpan(_placed, values.Length);
        var (last, lastPlace) = (_last, _lastPlace);
        for (var i = 0; i < values.Length; i++)
        {
            ref readonly var value = ref values[i];
            if (lastPlace < 0 || !TKind.Same(value, last))
            {
                lastPlace = PlaceOf(value, _seen + i);
                if (lastPlace < 0)
                {
                    _placed += i;
                    _seen += i;
                    LeaveDictionary();
                    return i;
                }

                last = value;
                Bound(value);
            }

            places[i] = lastPlace;
        }

        (_last, _lastPlace) = (last, lastPlace);
        _placed += values.Length;
        _seen += values.Length;
        return values.Length;
    }

    private int PlaceOf(in T value, long seen)
    {
        var hash = TKind.Hash(value);
        for (var slot = _slots.First(hash); ; slot = _slots.Next(slot))
        {
            var place = _slots[slot];
            if (place < 0)
                return Add(value, slot, seen);
            if (TKind.Same(_entries[place], value))
                return place;
        }
    }

    private int Add(in T value, int slot, long seen)
    {
        if (DictionaryRules.IsFull(_count, (_count + 1) * Unsafe.SizeOf<T>(), seen))
            return -1;
        if (_count == _entries.Length)
            System.Array.Resize(ref _entries, 2 * _count);
        _entries[_count] = value;
        _slots[slot] = _count++;
        if (_slots.IsCrowded(_count))
        {
            _slots.Grow();
            for (var i = 0; i < _count; i++)
                _slots.Insert(TKind.Hash(_entries[i]), i);
        }

        return _count - 1;
    }

    private void LeaveDictionary()
    {
        _isPlain = true;
        for (var i = 0; i < _placed; i++)
            Write(_entries.AsSpan(_places[i], 1), Plain);
        _placed = 0;
        if (!HasDictionaryPages)
            ForgetDictionary();
    }

    private void ForgetDictionary()
    {
        _slots.Clear();
        (_count, _placed, _lastPlace) = (0, 0, -1);
    }

    private void AppendPlain(ReadOnlySpan<T> values)
    {
        Write(values, Plain);
        foreach (ref readonly var value in values)
            Bound(value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Bound(in T value)
    {
        if (!_hasPageBounds)
            (_least, _most, _hasPageBounds) = (value, value, true);
        else if (TKind.Less(value, _least))
            _least = value;
        else if (TKind.Less(_most, value))
            _most = value;
    }
}
