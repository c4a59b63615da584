using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Amp.Chains.Rows;
using Apache.Arrow;

namespace Amp.Worker.Materialize.Parquet;

/// <summary>Values of one size.</summary>
internal sealed class FixedChunk<T, TKind>(ParquetLeaf leaf, PageWriter writer) : DictionaryChunk(leaf, writer)
    where T : unmanaged
    where TKind : IValueKind<T>
{
    private T[] _entries = new T[64];
    private T _last;
    private bool _hasPageBounds;
    private T _least;
    private T _most;
    private bool _hasChunkBounds;
    private T _chunkLeast;
    private T _chunkMost;

    public override void Clear()
    {
        base.Clear();
        _hasChunkBounds = false;
    }

    protected override void AppendValues(ArrayData data, int start, int count)
    {
        var values = MemoryMarshal.Cast<byte, T>(data.Buffers[1].Span).Slice(start, count);
        if (!IsPlain)
            values = values[Place(values)..];
        if (values.IsEmpty)
            return;
        Write(values, Plain);
        foreach (ref readonly var value in values)
            Bound(value);
    }

    protected override void WriteEntry(int place, NativeBuffer target) => Write(_entries.AsSpan(place, 1), target);

    protected override uint HashOf(int place) => TKind.Hash(_entries[place]);

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
        var places = FreePlaces(values.Length);
        var (last, lastPlace) = (_last, LastPlace);
        for (var i = 0; i < values.Length; i++)
        {
            ref readonly var value = ref values[i];
            if (lastPlace < 0 || !TKind.Same(value, last))
            {
                lastPlace = PlaceOf(value, Seen + i);
                if (lastPlace < 0)
                {
                    Placed(i);
                    LeaveDictionary();
                    return i;
                }

                last = value;
                Bound(value);
            }

            places[i] = lastPlace;
        }

        (_last, LastPlace) = (last, lastPlace);
        Placed(values.Length);
        return values.Length;
    }

    private int PlaceOf(in T value, long seen)
    {
        for (var slot = Slots.First(TKind.Hash(value)); ; slot = Slots.Next(slot))
        {
            var place = Slots[slot];
            if (place < 0)
                return Add(value, slot, seen);
            if (TKind.Same(_entries[place], value))
                return place;
        }
    }

    private int Add(in T value, int slot, long seen)
    {
        if (DictionaryRules.IsFull(Count, (Count + 1) * Unsafe.SizeOf<T>(), seen))
            return -1;
        if (Count == _entries.Length)
            System.Array.Resize(ref _entries, 2 * Count);
        _entries[Count] = value;
        return Enter(slot);
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
