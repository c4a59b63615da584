using System.Globalization;

namespace Amp.Server.JsonLines.Cells;

/// <summary>Days since 1970 and seconds of a day as ISO 8601 text, for years that .NET's own dates do not reach too.</summary>
internal static unsafe class CivilTime
{
    public static long FloorDiv(long value, long by) => value / by - (value % by < 0 ? 1 : 0);

    public static long FloorMod(long value, long by) => (value % by + by) % by;

    /// <summary>yyyy-MM-dd, Gregorian also before 1582; years beyond four digits carry their sign.</summary>
    public static byte* WriteDate(long days, byte* target)
    {
        // Years are counted from 1 March, so that the leap day is the last of its year.
        var shifted = days + 719_468;
        var era = FloorDiv(shifted, 146_097);
        var dayOfEra = shifted - era * 146_097;
        var yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        var dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        var monthFromMarch = (5 * dayOfYear + 2) / 153;
        var day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1;
        var month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
        var year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
        if (year is < 0 or > 9999)
        {
            *target++ = year < 0 ? (byte)'-' : (byte)'+';
            year = Math.Abs(year);
        }

        year.TryFormat(new Span<byte>(target, 20), out var length, "0000", CultureInfo.InvariantCulture);
        target += length;
        *target++ = (byte)'-';
        target = TwoDigits(month, target);
        *target++ = (byte)'-';
        return TwoDigits(day, target);
    }

    /// <summary>HH:mm:ss with 0, 3, 6 or 9 digits after it.</summary>
    public static byte* WriteTime(long secondOfDay, int nanoseconds, byte* target)
    {
        target = TwoDigits(secondOfDay / 3_600, target);
        *target++ = (byte)':';
        target = TwoDigits(secondOfDay / 60 % 60, target);
        *target++ = (byte)':';
        target = TwoDigits(secondOfDay % 60, target);
        if (nanoseconds == 0)
            return target;
        *target++ = (byte)'.';
        var digits = nanoseconds % 1_000_000 == 0 ? 3 : nanoseconds % 1_000 == 0 ? 6 : 9;
        for (var unit = 100_000_000; digits > 0; digits--, unit /= 10)
            *target++ = (byte)('0' + nanoseconds / unit % 10);
        return target;
    }

    private static byte* TwoDigits(long value, byte* target)
    {
        target[0] = (byte)('0' + value / 10);
        target[1] = (byte)('0' + value % 10);
        return target + 2;
    }
}
