using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Amp.Chains.Rows;

/// <summary>Values of one size: numbers, decimals, hashes, addresses.</summary>
internal sealed class FixedColumn(IArrowType type, int width, bool nullable = false) : Column(type)
{
    private readonly NativeBuffer _values = new();
    private readonly BitBuffer? _valid = nullable ? new BitBuffer() : null;

    public override int Count => _values.Length / width;

    public override long ByteCount => _values.Length;

    /// <summary>The bytes of one more value, to be filled by the caller.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Append()
    {
        _valid?.Append(true);
        return _values.Append(width);
    }

    public void Append<T>(T value)
        where T : unmanaged => MemoryMarshal.Write(Append(), in value);

    public void AppendZero() => Append().Clear();

    public void AppendNull()
    {
        if (_valid is null)
            throw new InvalidOperationException("This column has no nulls.");
        _valid.Append(false);
        _values.Append(width).Clear();
    }

    /// <summary>The same value for <paramref name="count"/> rows.</summary>
    public void AppendRepeated<T>(T value, int count)
        where T : unmanaged
    {
        for (var i = 0; _valid is not null && i < count; i++)
            _valid.Append(true);
        MemoryMarshal.Cast<byte, T>(_values.Append(checked(width * count))).Fill(value);
    }

    public ReadOnlySpan<byte> this[int index] => _values.WrittenSpan.Slice(index * width, width);

    public override void Truncate(int count)
    {
        _values.Truncate(count * width);
        _valid?.Truncate(count);
    }

    public override void Clear()
    {
        _values.Clear(KeptBytes);
        _valid?.Clear(KeptBytes);
    }

    public override ArrayData Build() =>
        new(Type, Count, _valid?.Zeros ?? 0, 0, [_valid?.ToValidity() ?? ArrowBuffer.Empty, new ArrowBuffer(_values.Written)]);

    public override void Dispose()
    {
        ((IDisposable)_values).Dispose();
        _valid?.Dispose();
    }
}
