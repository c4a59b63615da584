using System.Collections.Frozen;
using System.Globalization;
using Amp.Shared.Faults;

namespace Amp.Query.Sql.Dialect;

/// <summary>What the engine calls the types of Arrow.</summary>
internal static class ArrowTypeNames
{
    /// <summary>Of types without parameters; where an engine's type has several names, the first one is told.</summary>
    public static IReadOnlyList<(string Arrow, string Engine)> Plain { get; } =
    [
        ("Boolean", "BOOLEAN"), ("Int8", "TINYINT"), ("Int16", "SMALLINT"), ("Int32", "INTEGER"), ("Int64", "BIGINT"),
        ("UInt8", "UTINYINT"), ("UInt16", "USMALLINT"), ("UInt32", "UINTEGER"), ("UInt64", "UBIGINT"),
        ("Float32", "FLOAT"), ("Float64", "DOUBLE"), ("Utf8", "VARCHAR"), ("LargeUtf8", "VARCHAR"), ("Utf8View", "VARCHAR"),
        ("Binary", "BLOB"), ("LargeBinary", "BLOB"), ("BinaryView", "BLOB"), ("Date32", "DATE"), ("Time64(Microsecond)", "TIME"),
        ("Timestamp(Nanosecond, None)", "TIMESTAMP_NS"), ("Timestamp(Microsecond, None)", "TIMESTAMP"), ("Timestamp(Millisecond, None)", "TIMESTAMP_MS"),
        ("Timestamp(Second, None)", "TIMESTAMP_S"), ("Interval(MonthDayNano)", "INTERVAL"),
    ];

    private static readonly FrozenDictionary<string, string> _engine = Plain
        .Concat(new[] { "Nanosecond", "Microsecond", "Millisecond", "Second" }
            .SelectMany(unit => new[] { "UTC", "+00:00", "Z" }.Select(zone => ($"Timestamp({unit}, Some(\"{zone}\"))", "TIMESTAMPTZ"))))
        .ToFrozenDictionary(p => Spaceless(p.Item1), p => p.Item2, StringComparer.Ordinal);

    /// <summary>What the engine calls a type that is written as Arrow writes it.</summary>
    public static string Engine(string arrow)
    {
        var name = Spaceless(arrow);
        if (_engine.TryGetValue(name, out var engine))
            return engine;
        if (name.StartsWith("Decimal128(", StringComparison.Ordinal) && name.EndsWith(')') && name[11..^1].Split(',') is [var width, var scale]
            && int.TryParse(width, NumberStyles.None, CultureInfo.InvariantCulture, out var digits) && digits is > 0 and <= 38
            && int.TryParse(scale, NumberStyles.None, CultureInfo.InvariantCulture, out var places) && places <= digits)
            return string.Create(CultureInfo.InvariantCulture, $"DECIMAL({digits},{places})");
        throw new AmpException(
            ErrorCode.InvalidPlan,
            $"'{arrow}' is no type that values can be cast to here: take Boolean, Int8 to Int64, UInt8 to UInt64, Float32, Float64, Utf8, Binary, Date32, Timestamp(Nanosecond, None), Decimal128(38, 0) with at most 38 digits.");
    }

    private static string Spaceless(string name) => name.Replace(" ", "", StringComparison.Ordinal);
}
