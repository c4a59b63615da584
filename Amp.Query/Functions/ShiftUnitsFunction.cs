using System.Globalization;
using System.Text;
using Amp.Query.Execution;
using Amp.Shared.Faults;
using DuckDB.NET.Native;

namespace Amp.Query.Functions;

/// <summary>
/// <c>shift_units(value, n)</c>: the decimal point of a number or its text moved by n places to the right, to the left where n is negative; exact, as text.
/// </summary>
internal sealed class ShiftUnitsFunction : EvmFunction
{
    private const int MaxShift = 1000;
    private const int MaxText = 1000;
    private const int Shown = 40;

    public override IReadOnlyList<nint> EngineParameters() => [DuckNative.CreateType(DuckDBType.Any), DuckNative.CreateType(DuckDBType.Integer)];

    public override nint EngineResult() => DuckNative.CreateType(DuckDBType.Varchar);

    public override unsafe void Run(nint chunk, nint result)
    {
        var vector = DuckNative.ChunkVector(chunk, 0);
        var type = DuckType.Take(DuckNative.VectorType(vector));
        if (!EvmNumbers.Takes(type))
            throw new AmpException(ErrorCode.ExecutionError, $"shift_units takes text, integers and decimals, not {type.Id}: cast it to VARCHAR or DECIMAL.");
        var numbers = new EvmNumbers(vector, type);
        var shifts = (int*)DuckNative.VectorData(DuckNative.ChunkVector(chunk, 1));
        var shiftsAreNull = new EvmArguments(chunk, 1);
        var results = new EvmResults(result);
        Span<byte> text = stackalloc byte[EvmNumbers.MaxLength];
        Span<byte> room = stackalloc byte[MaxText + MaxShift + 3];
        for (ulong row = 0; row < DuckNative.ChunkSize(chunk); row++)
        {
            if (numbers.IsNull(row) || shiftsAreNull.IsNull(row))
            {
                results.SetNull(row);
                continue;
            }

            if (shifts[row] is < -MaxShift or > MaxShift)
                throw Wrong(string.Create(CultureInfo.InvariantCulture, $"{shifts[row]} places are asked for, {MaxShift} are the most"));
            var number = numbers.Text(row, text);
            if (!TryShift(number, shifts[row], room, out var shifted))
                throw Wrong($"'{Encoding.UTF8.GetString(number[..Math.Min(number.Length, Shown)])}' is no decimal number of at most {MaxText} digits");
            results.Set(row, shifted);
        }
    }

    /// <summary>Moves the point in a text of digits: <c>-12.50</c>.</summary>
    internal static bool TryShift(ReadOnlySpan<byte> number, int shift, Span<byte> room, out ReadOnlySpan<byte> shifted)
    {
        shifted = default;
        var negative = number.Length > 0 && number[0] == '-';
        if (number.Length > 0 && number[0] is (byte)'-' or (byte)'+')
            number = number[1..];
        if (number.Length is 0 or > MaxText)
            return false;

        // The digits without the point, and where the point is among them.
        Span<byte> digits = stackalloc byte[MaxText];
        var (count, point) = (0, -1);
        foreach (var c in number)
        {
            if (c == '.' && point < 0)
                point = count;
            else if (c is >= (byte)'0' and <= (byte)'9')
                digits[count++] = c;
            else
                return false;
        }

        if (count == 0)
            return false;
        point = (point < 0 ? count : point) + shift;
        var end = count;
        while (end > Math.Max(point, 0) && digits[end - 1] == '0')
            end--;
        var at = 0;
        if (negative && digits[..count].ContainsAnyExcept((byte)'0'))
            room[at++] = (byte)'-';
        var start = at;
        for (var i = 0; i < point; i++)
        {
            var digit = i < count ? digits[i] : (byte)'0';
            if (digit != '0' || at > start)
                room[at++] = digit;
        }

        if (at == start)
            room[at++] = (byte)'0';
        if (end > Math.Max(point, 0))
        {
            room[at++] = (byte)'.';
            for (var i = point; i < end; i++)
                room[at++] = i < 0 ? (byte)'0' : digits[i];
        }

        shifted = room[..at];
        return true;
    }

    private static AmpException Wrong(string why) => new(ErrorCode.ExecutionError, $"shift_units: {why}.");
}
