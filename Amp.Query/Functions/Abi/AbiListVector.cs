using Amp.Query.Execution;
using Amp.Shared.Faults;

namespace Amp.Query.Functions.Abi;

/// <summary>Arrays: the elements of all rows lie in one vector, one row's after another's.</summary>
internal sealed unsafe class AbiListVector : AbiVector
{
    /// <summary>Of the elements of one call. The engine does not count this memory, and would end the process where there is none.</summary>
    private const ulong MaxBytes = 256 << 20;

    private const ulong LeastRoom = 2048;

    private readonly AbiType _type;
    private readonly AbiVector _elements;
    private ListEntry* _entries;
    private ulong _size;
    private ulong _room;

    public AbiListVector(AbiType type, nint vector)
        : base(vector)
    {
        _type = type;
        _elements = For(type.Element!, DuckNative.ListChild(vector));
        _entries = (ListEntry*)DuckNative.VectorData(vector);
    }

    public override void Moved() => _entries = (ListEntry*)DuckNative.VectorData(Vector);

    public override void Set(ulong row, ReadOnlySpan<byte> value)
    {
        var count = _type.Size;
        if (_type.Kind == AbiKind.List)
        {
            AbiReading.TryReadLength(value, out count);
            value = value[AbiReading.Word..];
        }

        var first = _size;
        Grow((ulong)count);
        _entries[row] = new ListEntry(first, (ulong)count);
        var (type, step) = (_type.Element!, _type.Element!.HeadBytes);
        for (var i = 0; i < count; i++)
            _elements.Set(first + (ulong)i, AbiReading.Locate(type, value, i * step));
    }

    public override void SetNull(ulong row)
    {
        base.SetNull(row);
        _entries[row] = new ListEntry(_size, 0);
    }

    private void Grow(ulong count)
    {
        _size += count;
        if (_size > _room)
        {
            var most = MaxBytes / WidthOf(_type.Element!);
            if (_size > most)
                throw new AmpException(ErrorCode.ResourcesExhausted, $"The arrays of {LeastRoom} rows together have more than {most} elements, which do not fit into {MaxBytes >> 20} MiB: decode fewer rows, or shorter data.");
            _room = Math.Min(most, Math.Max(_size, Math.Max(LeastRoom, 2 * _room)));
            DuckNative.ReserveList(Vector, _room);
            _elements.Moved();
        }

        DuckNative.SetListSize(Vector, _size);
    }

    private static ulong WidthOf(AbiType type) => type.Kind == AbiKind.Tuple ? type.Parts.Aggregate(1UL, (sum, p) => sum + WidthOf(p.Type)) : 16;
}
