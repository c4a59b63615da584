using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;

namespace Amp.Server.JsonLines.Cells;

/// <summary>The fields of an object: for each its name as JSON and the cell of its values.</summary>
internal sealed unsafe class RowShape
{
    private readonly Cell[] _cells;
    private readonly Cell[] _variable;
    private readonly byte[][] _names;
    private readonly int[] _nameLengths;

    public RowShape(IReadOnlyList<(string Name, Cell Cell)> fields)
    {
        _cells = [.. fields.Select(f => f.Cell)];
        _variable = [.. _cells.Where(c => c.IsVariable)];
        _names = [.. fields.Select(f => NameOf(f.Name))];
        _nameLengths = [.. _names.Select(n => n.Length)];
        for (var i = 0; i < _names.Length; i++)
            System.Array.Resize(ref _names[i], Math.Max(_names[i].Length, Overrun));
        MaxFixedBytes = Overrun + 2 + _cells.Sum(c => c.MaxFixedBytes) + _nameLengths.Sum();
    }

    /// <summary>Names are copied in whole vectors, so this much may be written, and is overwritten, after the last one.</summary>
    private const int Overrun = 32;

    public int MaxFixedBytes { get; }

    public bool IsVariable => _variable.Length > 0;

    public long VariableBytes(int row)
    {
        long bytes = 0;
        foreach (var cell in _variable)
        {
            if (cell.HasValue(row))
                bytes += cell.VariableBytes(row);
        }

        return bytes;
    }

    /// <summary>Writes the object without its nulls.</summary>
    public byte* Write(byte* target, int row)
    {
        var start = target;
        var cells = _cells;
        var names = _names;
        for (var i = 0; i < cells.Length; i++)
        {
            var cell = cells[i];
            if (!cell.HasValue(row))
                continue;
            target = CopyName(names[i], _nameLengths[i], target);
            target = cell.Write(target, row);
        }

        // Each field begins with a comma; the first one's place is the brace's.
        if (target == start)
            target++;
        *start = (byte)'{';
        *target++ = (byte)'}';
        return target;
    }

    private static byte* CopyName(byte[] name, int length, byte* target)
    {
        if (length <= Overrun)
            Vector256.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(name)).Store(target);
        else
            Unsafe.CopyBlockUnaligned(ref *target, ref name[0], (uint)length);
        return target + length;
    }

    private static byte[] NameOf(string name)
    {
        var utf8 = Encoding.UTF8.GetBytes(name);
        var room = new byte[JsonText.MaxBytesPerByte * utf8.Length + 4];
        fixed (byte* target = room)
        {
            *target = (byte)',';
            var end = JsonText.Write(utf8, target + 1);
            *end++ = (byte)':';
            return room[..(int)(end - target)];
        }
    }
}
