using System.Buffers;
using Apache.Arrow;

namespace Amp.Server.JsonLines.Cells;

/// <summary>
/// Writes the values of one column as JSON, straight from its Arrow buffers. A cell is bound to one array at a time; its buffers
/// are pinned meanwhile.
/// </summary>
internal abstract unsafe class Cell
{
    private readonly List<MemoryHandle> _pins = [];
    private byte* _validity;
    private int _offset;

    /// <summary>Bytes that a value takes at most, without what <see cref="VariableBytes"/> adds.</summary>
    public abstract int MaxFixedBytes { get; }

    /// <summary>Whether values have no common largest size.</summary>
    public virtual bool IsVariable => false;

    public void Bind(ArrayData data)
    {
        _offset = data.Offset;
        _validity = data.NullCount == 0 || data.Buffers.Length == 0 ? null : Pin(data.Buffers[0]);
        Attach(data);
    }

    /// <summary>Lets the buffers go.</summary>
    public virtual void Unbind()
    {
        foreach (var pin in _pins)
            pin.Dispose();
        _pins.Clear();
    }

    /// <summary>Whether the row has a value to write; nulls are left out.</summary>
    public virtual bool HasValue(int row)
    {
        if (_validity is null)
            return true;
        var index = _offset + row;
        return (_validity[index >> 3] >> (index & 7) & 1) != 0;
    }

    /// <summary>What the row's value may take beyond <see cref="MaxFixedBytes"/>.</summary>
    public virtual long VariableBytes(int row) => 0;

    /// <summary>Writes the row's value, which is not null; gives the place after it.</summary>
    public abstract byte* Write(byte* target, int row);

    protected abstract void Attach(ArrayData data);

    protected byte* Pin(ArrowBuffer buffer)
    {
        if (buffer.Length == 0)
            return null;
        var pin = buffer.Memory.Pin();
        _pins.Add(pin);
        return (byte*)pin.Pointer;
    }

    /// <summary>Copies short literal text.</summary>
    protected static byte* Copy(ReadOnlySpan<byte> text, byte* target)
    {
        text.CopyTo(new Span<byte>(target, text.Length));
        return target + text.Length;
    }
}
