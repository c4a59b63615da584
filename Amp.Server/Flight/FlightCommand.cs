using System.Text;
using Amp.Server.Flight.Protocol;
using Amp.Shared.Faults;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Amp.Server.Flight;

/// <summary>What a descriptor, a ticket or an action asks for, as a message of Flight SQL.</summary>
public static class FlightCommand
{
    private const string TypePrefix = "type.googleapis.com/arrow.flight.protocol.sql.";
    private static readonly UTF8Encoding _utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly TypeRegistry _known = TypeRegistry.FromFiles(FlightSqlReflection.Descriptor);

    /// <summary>The Flight SQL command of a descriptor; bytes that are plain SQL in UTF-8 are a <see cref="CommandStatementQuery"/>.</summary>
    public static IMessage Read(FlightDescriptor descriptor)
    {
        if (descriptor.Type != FlightDescriptor.Types.DescriptorType.Cmd)
            throw new AmpException(ErrorCode.InvalidRequest, $"A descriptor of type {Name(descriptor.Type)} is not supported; send one of type CMD whose bytes are SQL or a Flight SQL command such as CommandStatementQuery.");
        if (descriptor.Cmd.IsEmpty)
            throw new AmpException(ErrorCode.InvalidSqlString, "The descriptor holds no SQL.");

        return Unpack(descriptor.Cmd) ?? new CommandStatementQuery { Query = ReadText(descriptor.Cmd) };
    }

    /// <summary>The Flight SQL message that the bytes hold; null when they hold none.</summary>
    public static IMessage? Unpack(ByteString bytes)
    {
        // The first byte of an Any is the tag of its type_url (0x0A, a line feed): SQL may begin with one too, so the type decides.
        if (bytes.IsEmpty || bytes[0] != 0x0A)
            return null;

        Any any;
        try
        {
            any = Any.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            // Not a protobuf message, then it is text that begins with a line feed.
            return null;
        }

        if (!any.TypeUrl.StartsWith(TypePrefix, StringComparison.Ordinal))
            return null;
        if (_known.Find(any.TypeUrl[(TypePrefix.LastIndexOf('/') + 1)..]) is not { } type)
            throw Unimplemented(any.TypeUrl[TypePrefix.Length..]);
        try
        {
            return type.Parser.ParseFrom(any.Value);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new AmpException(ErrorCode.InvalidRequest, $"The Flight SQL message {type.Name} cannot be read", e);
        }
    }

    /// <summary>The query that a command runs; null when it runs none.</summary>
    public static string? SqlOf(IMessage command)
    {
        switch (command)
        {
            case CommandStatementQuery statement:
                RefuseTransaction(statement.TransactionId);
                return statement.Query;
            case CommandPreparedStatementQuery prepared:
                return PreparedStatements.SqlOf(prepared.PreparedStatementHandle);
            default:
                return null;
        }
    }

    public static void RefuseTransaction(ByteString transaction)
    {
        if (!transaction.IsEmpty)
            throw FlightStatus.ToRpc(new AmpException(ErrorCode.NotImplemented, "Transactions are not implemented: datasets are read-only here."));
    }

    public static RpcException Unimplemented(string command) =>
        FlightStatus.ToRpc(new AmpException(ErrorCode.NotImplemented, $"The Flight SQL command {command} is not implemented; send a CommandStatementQuery."));

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
