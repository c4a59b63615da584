using Apache.Arrow;
using Apache.Arrow.Ipc;

namespace Amp.Server.Flight.Ipc;

/// <summary>A schema in the two forms that Flight asks for.</summary>
public sealed class SchemaMessage
{
    private const int PrefixLength = 8;

    public SchemaMessage(Schema schema)
    {
        using var stream = new MemoryStream();
        using (var writer = new ArrowStreamWriter(stream, schema, leaveOpen: true))
            writer.WriteStart();
        Encapsulated = stream.ToArray();
    }

    /// <summary>Continuation mark, length and header: the form of <c>FlightInfo.schema</c> and <c>SchemaResult.schema</c>.</summary>
    public byte[] Encapsulated { get; }

    /// <summary>The header alone: the form of <c>FlightData.data_header</c>.</summary>
    public ReadOnlyMemory<byte> Header => Encapsulated.AsMemory(PrefixLength);
}
