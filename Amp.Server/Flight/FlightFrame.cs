using System.Buffers;
using System.Buffers.Binary;
using Amp.Server.Flight.Ipc;

namespace Amp.Server.Flight;

/// <summary>
/// One FlightData message as it goes out: header, application metadata, and the body last, copied from the Arrow buffers into the response.
/// It must be written before the batch behind the encoder is released.
/// </summary>
public sealed class FlightFrame
{
    private const byte HeaderTag = 0x12;
    private const byte AppMetadataTag = 0x1A;

    // Field 1000, length-delimited, as a varint.
    private const byte BodyTag0 = 0xC2;
    private const byte BodyTag1 = 0x3E;

    private readonly ReadOnlyMemory<byte> _schemaHeader;
    private readonly ReadOnlyMemory<byte> _appMetadata;
    private readonly BatchEncoder? _batch;

    private FlightFrame(ReadOnlyMemory<byte> schemaHeader, ReadOnlyMemory<byte> appMetadata, BatchEncoder? batch)
    {
        _schemaHeader = schemaHeader;
        _appMetadata = appMetadata;
        _batch = batch;
        Length = checked((int)LengthOf(batch?.HeaderLength ?? schemaHeader.Length, appMetadata.Length, batch?.BodyLength ?? 0));
    }

    /// <summary>Bytes of the message.</summary>
    public int Length { get; }

    public static FlightFrame OfSchema(SchemaMessage schema) => new(schema.Header, default, null);

    /// <summary>The rows that <paramref name="batch"/> has planned.</summary>
    public static FlightFrame OfBatch(BatchEncoder batch, ReadOnlyMemory<byte> appMetadata) => new(default, appMetadata, batch);

    /// <summary>What a message with these parts takes.</summary>
    public static long LengthOf(int headerLength, int appMetadataLength, long bodyLength)
    {
        var length = 1L + VarintLength(headerLength) + headerLength;
        if (appMetadataLength > 0)
            length += 1 + VarintLength(appMetadataLength) + appMetadataLength;
        if (bodyLength > 0)
            length += 2 + VarintLength(bodyLength) + bodyLength;
        return length;
    }

    public void WriteTo(IBufferWriter<byte> writer)
    {
        WriteTag(writer, HeaderTag, _batch?.HeaderLength ?? _schemaHeader.Length);
        if (_batch is null)
        {
            writer.Write(_schemaHeader.Span);
        }
        else
        {
            var header = writer.GetSpan(_batch.HeaderLength)[.._batch.HeaderLength];
            _batch.WriteHeader(header);
            writer.Advance(header.Length);
        }

        if (!_appMetadata.IsEmpty)
        {
            WriteTag(writer, AppMetadataTag, _appMetadata.Length);
            writer.Write(_appMetadata.Span);
        }

        if (_batch is { BodyLength: > 0 })
        {
            var span = writer.GetSpan(12);
            span[0] = BodyTag0;
            span[1] = BodyTag1;
            writer.Advance(2 + WriteVarint(span[2..], _batch.BodyLength));
            _batch.WriteBody(writer);
        }
    }

    private static void WriteTag(IBufferWriter<byte> writer, byte tag, int length)
    {
        var span = writer.GetSpan(11);
        span[0] = tag;
        writer.Advance(1 + WriteVarint(span[1..], length));
    }

    private static int WriteVarint(Span<byte> target, long value)
    {
        var at = 0;
        for (; value >= 0x80; value >>= 7)
            target[at++] = (byte)(value | 0x80);
        target[at++] = (byte)value;
        return at;
    }

    private static int VarintLength(long value)
    {
        var length = 1;
        for (; value >= 0x80; value >>= 7)
            length++;
        return length;
    }
}
