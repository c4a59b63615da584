using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;
using Amp.Query.Execution;
using Amp.Shared.Faults;

namespace Amp.Query.Evm;

/// <summary>Where the decoded values of one type go: a vector of DuckDB, bound for one call.</summary>
internal abstract unsafe class AbiVector(nint vector)
{
    private ulong* _validity;

    protected nint Vector { get; } = vector;

    /// <summary>For values of one type.</summary>
    public static AbiVector For(AbiType type, nint vector) => type.Kind switch
    {
        AbiKind.List or AbiKind.Array => new AbiListVector(type, vector),
        AbiKind.Tuple => new AbiStructVector(type.Parts, vector),
        _ => new AbiLeafVector(type, vector),
    };

    /// <summary>Copies a value that was looked through, from its first byte on.</summary>
    public abstract void Set(ulong row, ReadOnlySpan<byte> value);

    public virtual void SetNull(ulong row)
    {
        if (_validity is null)
        {
            DuckNative.EnsureValidity(Vector);
            _validity = DuckNative.VectorValidity(Vector);
        }

        _validity[row / 64] &= ~(1UL << (int)(row % 64));
    }

    /// <summary>Memory has moved: it is looked up anew.</summary>
    public abstract void Moved();
}

/// <summary>Values of one word, bytes and text.</summary>
internal sealed unsafe class AbiLeafVector : AbiVector
{
    private readonly AbiType _type;
    private void* _data;

    public AbiLeafVector(AbiType type, nint vector)
        : base(vector)
    {
        _type = type;
        Moved();
    }

    public override void Moved() => _data = DuckNative.VectorData(Vector);

    public override void Set(ulong row, ReadOnlySpan<byte> value)
    {
        switch (_type.Kind)
        {
            case AbiKind.Uint or AbiKind.Int:
                SetInteger(row, value[..AbiReading.Word]);
                break;
            case AbiKind.Bool:
                ((byte*)_data)[row] = value[31];
                break;
            case AbiKind.Address:
                SetBytes(row, value.Slice(12, 20));
                break;
            case AbiKind.FixedBytes:
                SetBytes(row, value[.._type.Size]);
                break;
            default:
                AbiReading.TryReadLength(value, out var length);
                if (_type.Kind == AbiKind.Bytes)
                    SetBytes(row, value.Slice(AbiReading.Word, length));
                else
                    SetText(row, value.Slice(AbiReading.Word, length));
                break;
        }
    }

    private void SetInteger(ulong row, ReadOnlySpan<byte> word)
    {
        switch (AbiColumns.BytesOf(_type))
        {
            case 1:
                ((byte*)_data)[row] = word[31];
                break;
            case 2:
                ((ushort*)_data)[row] = BinaryPrimitives.ReadUInt16BigEndian(word[30..]);
                break;
            case 4:
                ((uint*)_data)[row] = BinaryPrimitives.ReadUInt32BigEndian(word[28..]);
                break;
            case 8:
                ((ulong*)_data)[row] = BinaryPrimitives.ReadUInt64BigEndian(word[24..]);
                break;
            case 16:
                ((Int128*)_data)[row] = BinaryPrimitives.ReadInt128BigEndian(word[16..]);
                break;
            default:
                Span<byte> room = stackalloc byte[DecimalText.MaxLength];
                SetBytes(row, DecimalText.Write(word, _type.Kind == AbiKind.Int, room));
                break;
        }
    }

    // The engine's text is UTF-8; a contract's may be anything.
    private void SetText(ulong row, ReadOnlySpan<byte> text)
    {
        if (Utf8.IsValid(text))
            SetBytes(row, text);
        else
            SetBytes(row, Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text)));
    }

    private void SetBytes(ulong row, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            byte none;
            DuckNative.SetText(Vector, row, start is null ? &none : start, (ulong)bytes.Length);
        }
    }
}

/// <summary>Tuples: a vector for each part.</summary>
internal sealed class AbiStructVector(IReadOnlyList<AbiParameter> parts, nint vector) : AbiVector(vector)
{
    private readonly AbiVector[] _parts = [.. parts.Select((p, i) => For(p.Type, DuckNative.StructChild(vector, (ulong)i)))];

    public IReadOnlyList<AbiVector> Parts => _parts;

    public override void Set(ulong row, ReadOnlySpan<byte> value)
    {
        var head = 0L;
        for (var i = 0; i < _parts.Length; i++)
        {
            var type = parts[i].Type;
            _parts[i].Set(row, AbiReading.Locate(type, value, head));
            head += type.HeadBytes;
        }
    }

    public override void SetNull(ulong row)
    {
        base.SetNull(row);
        foreach (var part in _parts)
            part.SetNull(row);
    }

    public override void Moved()
    {
        foreach (var part in _parts)
            part.Moved();
    }
}

/// <summary>Arrays: the elements of all rows lie in one vector, one row's after another's.</summary>
internal sealed unsafe class AbiListVector : AbiVector
{
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
            _room = Math.Max(_size, Math.Max(2048, 2 * _room));
            if (DuckNative.ReserveList(Vector, _room) != DuckDB.NET.Native.DuckDBState.Success)
                throw new AmpException(ErrorCode.ResourcesExhausted, "There is no memory for the elements of decoded lists.");
            _elements.Moved();
        }

        DuckNative.SetListSize(Vector, _size);
    }

    private readonly record struct ListEntry(ulong Offset, ulong Length);
}
