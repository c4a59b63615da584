using System.Globalization;

namespace Amp.Shared.Options;

/// <summary>The types of configuration values.</summary>
public static class ConfigTypes
{
    private const TomlShapes Number = TomlShapes.Integer | TomlShapes.Float;

    public static ConfigType<bool> Bool { get; } = Of("boolean", "true or false", TomlShapes.Bool, text =>
        bool.TryParse(text, out var value) ? value : throw new FormatException("it is not a boolean"));

    public static ConfigType<double> Ratio { get; } = Real("ratio", 0, 1, "a number from 0 to 1");

    public static ConfigType<ListenAddress> Address { get; } =
        Of("address", "IP:PORT, for example 127.0.0.1:1610 or [::1]:1610", TomlShapes.Text, ListenAddress.Parse);

    public static ConfigType<ListenAddress?> OptionalAddress { get; } =
        Of<ListenAddress?>("address", "IP:PORT, or empty for none", TomlShapes.Text, text => text.Length == 0 ? null : ListenAddress.Parse(text));

    public static ConfigType<ParquetCompression> Compression { get; } =
        Of("compression", $"zstd(1..{ParquetCompression.MaxZstdLevel}), lz4, gzip, brotli, snappy or uncompressed", TomlShapes.Text, ParquetCompression.Parse);

    public static ConfigType<SegmentOverflow> Overflow { get; } =
        Of("factor as text", "a factor of at least 1 as text: \"1\", \"1.5\" or \"3/2\"", TomlShapes.Text | Number, SegmentOverflow.Parse);

    public static ConfigType<string> Folder { get; } =
        Of("folder", "a path, absolute or relative to the configuration file", TomlShapes.Text, text =>
            StoreAddress.CheckPath(text));

    /// <summary>The root of a store.</summary>
    public static ConfigType<string> Store { get; } =
        Of("folder or URL", "a path, absolute or relative to the configuration file, or file:///path, s3://BUCKET/PREFIX or gs://BUCKET/PREFIX, the prefix being optional", TomlShapes.Text, StoreAddress.Check);

    public static ConfigType<IReadOnlyList<string>> Folders { get; } =
        new("list of folders", "a list of paths", TomlShapes.Array, texts =>
            [.. texts.Select(StoreAddress.CheckPath)]);

    public static ConfigType<IReadOnlyList<string>> Origins { get; } =
        new("list of origins", "a list of origins as browsers send them, such as https://console.example.com or http://localhost:5173", TomlShapes.Array, texts =>
            [.. texts.Select(text => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.GetLeftPart(UriPartial.Authority) == text
                ? text
                : throw new FormatException($"'{text}' is not an origin: scheme, host and port alone, in lower case, without a path"))]);

    public static ConfigType<string> Database { get; } =
        Of("database URL", "postgresql://USER:PASSWORD@HOST:PORT/DATABASE or an Npgsql connection string such as Host=…;Username=…;Database=…", TomlShapes.Text, DatabaseAddress.ToConnectionString);

    public static ConfigType<Uri?> OptionalHttpUrl { get; } =
        Of<Uri?>("URL", "http://HOST:PORT or https://HOST:PORT, with a path for OTLP over HTTP", TomlShapes.Text, text =>
            text.Length == 0 ? null
            : Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Host.Length > 0 ? url
            : throw new FormatException("it is not an http or https URL"));

    /// <summary>Parquet writing is done by Arrow C++, whose writer of bloom filters its .NET binding does not reach.</summary>
    public static ConfigType<bool> BloomFilters { get; } = Of("boolean", "false", TomlShapes.Bool, text =>
        !bool.TryParse(text, out var value) ? throw new FormatException("it is not a boolean")
        : value ? throw new FormatException("the Parquet library of this version cannot write bloom filters")
        : false);

    public static ConfigType<int> Count(int min, int max = int.MaxValue) => Of("whole number", Between(min, max, int.MaxValue), TomlShapes.Integer, text =>
        (int)Integer(text, min, max));

    public static ConfigType<long> LongCount(long min) => Of("whole number", Between(min, long.MaxValue, long.MaxValue), TomlShapes.Integer, text =>
        Integer(text, min, long.MaxValue));

    /// <summary>Seconds, fractions included, up to ten years.</summary>
    public static ConfigType<double> Seconds(double min) =>
        Real("seconds", min, 315_360_000, string.Create(CultureInfo.InvariantCulture, $"seconds, at least {min} and at most 315360000"));

    private static ConfigType<double> Real(string name, double min, double max, string allowed) => Of(name, allowed, Number, text =>
    {
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || double.IsNaN(value))
            throw new FormatException("it is not a number");
        return value >= min && value <= max ? value : throw new FormatException("it is out of range");
    });

    private static long Integer(string text, long min, long max)
    {
        if (!Int128.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
            throw new FormatException("it is not a whole number");
        return value >= min && value <= max ? (long)value : throw new FormatException("it is out of range");
    }

    private static string Between(long min, long max, long unlimited) => max == unlimited
        ? string.Create(CultureInfo.InvariantCulture, $"a whole number of at least {min}")
        : string.Create(CultureInfo.InvariantCulture, $"a whole number from {min} to {max}");

    private static ConfigType<T> Of<T>(string name, string allowed, TomlShapes shapes, Func<string, T> read) =>
        new(name, allowed, shapes, texts => read(texts[0]));
}
