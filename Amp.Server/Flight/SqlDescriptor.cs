using System.Text;
using Amp.Server.Flight.Protocol;
using Amp.Shared.Faults;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Amp.Server.Flight;

/// <summary>The SQL that a Flight descriptor carries.</summary>
public static class SqlDescriptor
{
    private const string TypePrefix = "type.googleapis.com/arrow.flight.protocol.sql.";
    private const string StatementQuery = TypePrefix + "CommandStatementQuery";
    private static readonly UTF8Encoding _utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>A Flight SQL CommandStatementQuery, or bytes that are plain SQL in UTF-8.</summary>
    public static string Read(FlightDescriptor descriptor)
    {
        if (descriptor.Type != FlightDescriptor.Types.DescriptorType.Cmd)
            throw new AmpException(ErrorCode.InvalidRequest, $"A descriptor of type {Name(descriptor.Type)} is not supported; send one of type CMD whose bytes are SQL or a Flight SQL CommandStatementQuery.");
        if (descriptor.Cmd.IsEmpty)
            throw new AmpException(ErrorCode.InvalidSqlString, "The descriptor holds no SQL.");

        return ReadCommand(descriptor.Cmd) ?? ReadText(descriptor.Cmd);
    }

    private static string? ReadCommand(ByteString bytes)
    {
        // The first byte of an Any is the tag of its type_url (0x0A, a line feed): SQL may begin with one too, so the type decides.
        if (bytes[0] != 0x0A)
            return null;

        Any any;
        try
        {
            any = Any.Parser.ParseFrom(bytes);
            if (!any.TypeUrl.StartsWith(TypePrefix, StringComparison.Ordinal))
                return null;
            if (any.TypeUrl != StatementQuery)
                throw FlightStatus.ToRpc(new AmpException(ErrorCode.NotImplemented, $"The Flight SQL command {any.TypeUrl[TypePrefix.Length..]} is not implemented; send a CommandStatementQuery."));

            var command = CommandStatementQuery.Parser.ParseFrom(any.Value);
            if (command is { HasTransactionId: true, TransactionId.IsEmpty: false })
                throw FlightStatus.ToRpc(new AmpException(ErrorCode.NotImplemented, "Transactions are not implemented: datasets are read-only here."));
            return command.Query;
        }
        catch (InvalidProtocolBufferException)
        {
            // Not a protobuf message, then it is text that begins with a line feed.
            return null;
        }
    }

    private static string ReadText(ByteString bytes)
    {
        try
        {
            return _utf8.GetString(bytes.Span);
        }
        catch (ArgumentException e)
        {
            throw new AmpException(ErrorCode.InvalidSqlString, "The descriptor's bytes are neither a Flight SQL command nor SQL in UTF-8", e);
        }
    }

    private static string Name(FlightDescriptor.Types.DescriptorType type) => type.ToString().ToUpperInvariant();
}
