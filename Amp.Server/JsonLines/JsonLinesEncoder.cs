using System.Buffers;
using Amp.Server.JsonLines.Cells;
using Amp.Shared.Faults;
using Apache.Arrow;

namespace Amp.Server.JsonLines;

/// <summary>Turns record batches into JSON Lines: from Arrow buffers straight to UTF-8, no row and no value becomes an object.</summary>
/// <remarks>Not for several threads at once; for that, have several encoders.</remarks>
public sealed class JsonLinesEncoder
{
    private const int FirstGuess = 1024 * 1024;

    private readonly Cell[] _cells;
    private readonly RowShape _row;
    private int _guess = FirstGuess;

    public JsonLinesEncoder(Schema schema)
    {
        _cells = [.. schema.FieldsList.Select(f => CellFor.Type(f.DataType))];
        _row = new RowShape([.. schema.FieldsList.Zip(_cells, (f, c) => (f.Name, c))]);
    }

    /// <summary>The batch's rows, one JSON object and line feed each.</summary>
    public EncodedLines Encode(RecordBatch batch)
    {
        try
        {
            for (var i = 0; i < _cells.Length; i++)
                _cells[i].Bind(batch.Column(i).Data);
            return EncodeRows(batch.Length);
        }
        finally
        {
            foreach (var cell in _cells)
                cell.Unbind();
        }
    }

    private EncodedLines EncodeRows(int rows)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(_guess);
        var length = 0;
        var row = 0;
        while (true)
        {
            (row, length, var needed) = Fill(bytes, length, row, rows);
            if (row == rows)
                break;
            bytes = Grow(bytes, length, needed);
        }

        _guess = Math.Max(FirstGuess, length + length / 8);
        return new EncodedLines(bytes, length);
    }

    // Writes rows while each of them surely fits.
    private unsafe (int Row, int Length, long Needed) Fill(byte[] bytes, int length, int row, int rows)
    {
        long needed = 0;
        fixed (byte* start = bytes)
        {
            var target = start + length;
            var end = start + bytes.Length;
            for (; row < rows; row++)
            {
                needed = _row.MaxFixedBytes + 1 + (_row.IsVariable ? _row.VariableBytes(row) : 0);
                if (end - target < needed)
                    break;
                target = _row.Write(target, row);
                *target++ = (byte)'\n';
            }

            length = (int)(target - start);
        }

        return (row, length, needed);
    }

    private static byte[] Grow(byte[] bytes, int length, long needed)
    {
        var size = Math.Max(2L * bytes.Length, length + needed);
        if (length + needed > System.Array.MaxLength)
            throw new AmpException(ErrorCode.ResourcesExhausted, $"One row takes up to {needed} bytes of JSON, more than can be sent at once: select fewer or shorter values.");
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(size, System.Array.MaxLength));
        bytes.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(bytes);
        return larger;
    }
}
