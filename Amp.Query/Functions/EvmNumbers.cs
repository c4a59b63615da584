using System.Globalization;
using Amp.Query.Execution;
using Amp.Query.Execution.Columns;
using DuckDB.NET.Native;

namespace Amp.Query.Functions;

/// <summary>Numbers of any exact type, or their texts, as an argument of a function.</summary>
internal readonly unsafe struct EvmNumbers
{
    /// <summary>Digits of the widest number, its sign and its point.</summary>
    public const int MaxLength = 48;

    private readonly void* _values;
    private readonly EvmArguments _nulls;
    private readonly DuckType _type;

    public EvmNumbers(nint vector, DuckType type)
    {
        _values = DuckNative.VectorData(vector);
        _nulls = new EvmArguments(vector);
        _type = type;
    }

    public static bool Takes(DuckType type) => type.Id is DuckDBType.Varchar or DuckDBType.TinyInt or DuckDBType.SmallInt or DuckDBType.Integer or DuckDBType.BigInt
        or DuckDBType.UnsignedTinyInt or DuckDBType.UnsignedSmallInt or DuckDBType.UnsignedInteger or DuckDBType.UnsignedBigInt
        or DuckDBType.HugeInt or DuckDBType.UnsignedHugeInt or DuckDBType.Decimal or DuckDBType.SqlNull;

    public bool IsNull(ulong row) => _nulls.IsNull(row) || _type.Id == DuckDBType.SqlNull;

    /// <param name="row">Of the chunk.</param>
    /// <param name="room">For the text of a number.</param>
    public ReadOnlySpan<byte> Text(ulong row, Span<byte> room) => _type.Id switch
    {
        DuckDBType.Varchar => _nulls[row],
        DuckDBType.TinyInt => Format(((sbyte*)_values)[row], 0, room),
        DuckDBType.SmallInt => Format(((short*)_values)[row], 0, room),
        DuckDBType.Integer => Format(((int*)_values)[row], 0, room),
        DuckDBType.BigInt => Format(((long*)_values)[row], 0, room),
        DuckDBType.UnsignedTinyInt => Format(((byte*)_values)[row], 0, room),
        DuckDBType.UnsignedSmallInt => Format(((ushort*)_values)[row], 0, room),
        DuckDBType.UnsignedInteger => Format(((uint*)_values)[row], 0, room),
        DuckDBType.UnsignedBigInt => Format(((ulong*)_values)[row], 0, room),
        DuckDBType.HugeInt => Format(((Int128*)_values)[row], 0, room),
        DuckDBType.UnsignedHugeInt => Digits(((UInt128*)_values)[row], room),
        DuckDBType.Decimal => Format(Unscaled(row), _type.Scale, room),
        _ => throw new InvalidOperationException($"{_type.Id} is no exact number."),
    };

    private Int128 Unscaled(ulong row) => _type.Width switch
    {
        <= 4 => ((short*)_values)[row],
        <= 9 => ((int*)_values)[row],
        <= 18 => ((long*)_values)[row],
        _ => ((Int128*)_values)[row],
    };

    private static ReadOnlySpan<byte> Digits(UInt128 value, Span<byte> room)
    {
        value.TryFormat(room, out var written, default, CultureInfo.InvariantCulture);
        return room[..written];
    }

    private static ReadOnlySpan<byte> Format(Int128 value, int scale, Span<byte> room)
    {
        value.TryFormat(room, out var length, default, CultureInfo.InvariantCulture);
        if (scale == 0)
            return room[..length];

        // Digits enough for one before the point.
        var start = value < 0 ? 1 : 0;
        while (length - start <= scale)
        {
            room[start..length].CopyTo(room[(start + 1)..]);
            room[start] = (byte)'0';
            length++;
        }

        room[(length - scale)..length].CopyTo(room[(length - scale + 1)..]);
        room[length - scale] = (byte)'.';
        return room[..(length + 1)];
    }
}
