using System.Buffers;
using System.Text.Json;
using Amp.Query.Catalog;

namespace Amp.Server.Flight;

/// <summary>The <c>app_metadata</c> of batches: the block ranges of the snapshot that a query reads, and whether they are answered in full.</summary>
public static class SnapshotMetadata
{
    public static byte[] ToJson(IReadOnlyList<SnapshotRange> ranges, bool complete)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("ranges");
            foreach (var range in ranges)
            {
                json.WriteStartObject();
                json.WriteString("network", range.Network);
                json.WriteStartObject("numbers");
                json.WriteNumber("start", range.Start);
                json.WriteNumber("end", range.End);
                json.WriteEndObject();
                json.WriteString("hash", range.Hash.ToString());
                json.WriteString("prev_hash", range.PrevHash.ToString());
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteBoolean("ranges_complete", complete);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
