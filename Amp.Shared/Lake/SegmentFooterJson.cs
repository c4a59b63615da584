using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Amp.Shared.Chain;
using Amp.Shared.Faults;

namespace Amp.Shared.Lake;

/// <summary>The persisted spelling of <see cref="SegmentFooter"/>; frozen by a test.</summary>
internal static class SegmentFooterJson
{
    private const int NanosecondsPerTick = 100;

    private static readonly JsonWriterOptions _minimal = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static IReadOnlyList<KeyValuePair<string, string>> Write(SegmentFooter footer) =>
    [
        new(SegmentFooter.MetadataKey, WriteMetadata(footer)),
        new(SegmentFooter.ParentsKey, JsonSerializer.Serialize(footer.ParentFileIds)),
        new(SegmentFooter.GenerationKey, footer.Generation.ToString(CultureInfo.InvariantCulture)),
        .. footer.ManifestHash is { } hash ? [new KeyValuePair<string, string>(SegmentFooter.ManifestHashKey, hash)] : Array.Empty<KeyValuePair<string, string>>(),
    ];

    public static SegmentFooter Read(IReadOnlyDictionary<string, string> keyValues)
    {
        if (!keyValues.TryGetValue(SegmentFooter.MetadataKey, out var text))
            throw Invalid($"it has no key {SegmentFooter.MetadataKey}", cause: null);
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            return new SegmentFooter(
                root.GetProperty("table").GetString()!,
                root.GetProperty("filename").GetString()!,
                ReadInstant(root.GetProperty("created_at")),
                [.. root.GetProperty("ranges").EnumerateArray().Select(ReadRange)],
                ReadOptional(root, "watermark"),
                keyValues.TryGetValue(SegmentFooter.ParentsKey, out var parents) ? JsonSerializer.Deserialize<long[]>(parents) ?? [] : [],
                keyValues.TryGetValue(SegmentFooter.GenerationKey, out var generation)
                    ? long.Parse(generation, NumberStyles.None, CultureInfo.InvariantCulture)
                    : 0)
            {
                ManifestHash = keyValues.GetValueOrDefault(SegmentFooter.ManifestHashKey),
            };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or FormatException or InvalidOperationException or OverflowException or ArgumentException)
        {
            throw Invalid("it is malformed", e);
        }
    }

    private static string WriteMetadata(SegmentFooter footer)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, _minimal))
        {
            json.WriteStartObject();
            json.WriteString("table", footer.Table);
            json.WriteString("filename", footer.FileName);
            json.WriteStartObject("created_at");
            json.WriteNumber("secs", footer.CreatedAt.ToUnixTimeSeconds());
            json.WriteNumber("nanos", footer.CreatedAt.UtcTicks % TimeSpan.TicksPerSecond * NanosecondsPerTick);
            json.WriteEndObject();
            json.WriteStartArray("ranges");
            foreach (var range in footer.Ranges)
                WriteRange(json, range);
            json.WriteEndArray();
            if (footer.Watermark is { } watermark)
                json.WriteNumber("watermark", watermark);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void WriteRange(Utf8JsonWriter json, SegmentFooterRange range)
    {
        json.WriteStartObject();
        json.WriteStartObject("numbers");
        json.WriteNumber("start", range.Start);
        json.WriteNumber("end", range.End);
        json.WriteEndObject();
        json.WriteString("network", range.Network);
        json.WriteString("hash", range.Hash.ToString());
        json.WriteString("prev_hash", range.PrevHash.ToString());
        if (range.Timestamp is { } timestamp)
            json.WriteNumber("timestamp", timestamp);
        json.WriteEndObject();
    }

    private static SegmentFooterRange ReadRange(JsonElement range)
    {
        var numbers = range.GetProperty("numbers");
        var (start, end) = (numbers.GetProperty("start").GetUInt64(), numbers.GetProperty("end").GetUInt64());
        if (end < start)
            throw new FormatException($"its range ends at {end}, before its start {start}");
        return new SegmentFooterRange(
            start,
            end,
            range.GetProperty("network").GetString()!,
            Hash32.Parse(range.GetProperty("hash").GetString()),
            Hash32.Parse(range.GetProperty("prev_hash").GetString()),
            ReadOptional(range, "timestamp"));
    }

    private static ulong? ReadOptional(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value.GetUInt64() : null;

    private static DateTimeOffset ReadInstant(JsonElement instant) =>
        DateTimeOffset.FromUnixTimeSeconds(instant.GetProperty("secs").GetInt64())
            .AddTicks(instant.GetProperty("nanos").GetInt64() / NanosecondsPerTick);

    private static AmpException Invalid(string why, Exception? cause) =>
        new(ErrorCode.ObjectStoreError, $"the Parquet footer does not describe a segment: {why}", cause);
}
