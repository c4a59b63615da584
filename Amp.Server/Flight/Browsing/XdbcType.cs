namespace Amp.Server.Flight.Browsing;

/// <summary>A type of the engine as ODBC and JDBC describe types.</summary>
/// <param name="Name">As SQL names it.</param>
/// <param name="Code">The type's number in ODBC and JDBC.</param>
/// <param name="Size">Digits, characters of a date or time, or bits of a float; null where it has no bound.</param>
/// <param name="Quoted">Whether literals stand in single quotes.</param>
/// <param name="Unsigned">Null when it is no number.</param>
/// <param name="MaximumScale">Null when it has no scale.</param>
/// <param name="Parameters">What stands in brackets behind the name.</param>
internal sealed record XdbcType(
    string Name, int Code, int? Size, bool Quoted = false, bool? Unsigned = null, int? MaximumScale = null, params IReadOnlyList<string> Parameters)
{
    private const int Datetime = 9;
    private const int FirstDatetime = 91;

    /// <summary>All types, in the order of their codes and names.</summary>
    public static IReadOnlyList<XdbcType> All { get; } =
    [
        new("BOOLEAN", -7, 1),
        new("TINYINT", -6, 3, Unsigned: false, MaximumScale: 0),
        new("UTINYINT", -6, 3, Unsigned: true, MaximumScale: 0),
        new("BIGINT", -5, 19, Unsigned: false, MaximumScale: 0),
        new("UBIGINT", -5, 20, Unsigned: true, MaximumScale: 0),
        new("BLOB", -3, null, Quoted: true),
        new("DECIMAL", 3, 38, Unsigned: false, MaximumScale: 38, Parameters: ["precision", "scale"]),
        new("INTEGER", 4, 10, Unsigned: false, MaximumScale: 0),
        new("UINTEGER", 4, 10, Unsigned: true, MaximumScale: 0),
        new("SMALLINT", 5, 5, Unsigned: false, MaximumScale: 0),
        new("USMALLINT", 5, 5, Unsigned: true, MaximumScale: 0),
        new("FLOAT", 7, 24, Unsigned: false),
        new("DOUBLE", 8, 53, Unsigned: false),
        new("VARCHAR", 12, null, Quoted: true),
        new("DATE", 91, 10, Quoted: true),
        new("TIME", 92, 15, Quoted: true),
        new("TIMESTAMP", 93, 29, Quoted: true),
        new("TIMESTAMP WITH TIME ZONE", 93, 35, Quoted: true),
    ];

    /// <summary>Floats count bits, other numbers digits.</summary>
    public int? Radix => Unsigned is null ? null : Name is "FLOAT" or "DOUBLE" ? 2 : 10;

    /// <summary>The code, or that of all dates and times.</summary>
    public int GenericCode => Code >= FirstDatetime ? Datetime : Code;

    /// <summary>Which date or time it is: 1 a date, 2 a time, 3 a timestamp, 5 one with a time zone.</summary>
    public int? DatetimeSubcode => Code < FirstDatetime ? null : Name.EndsWith("ZONE", StringComparison.Ordinal) ? 5 : Code - FirstDatetime + 1;
}
