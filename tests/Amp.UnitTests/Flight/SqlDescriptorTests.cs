using Amp.Server.Flight;
using Amp.Server.Flight.Protocol;
using Amp.Shared.Faults;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Amp.UnitTests.Flight;

public sealed class SqlDescriptorTests
{
    private const string Sql = "arrow.flight.protocol.sql.";

    [Theory]
    [InlineData("select 1")]
    [InlineData("\nselect 1")]
    [InlineData("\n\nselect 'type.googleapis.com/arrow.flight.protocol.sql.CommandStatementQuery'")]
    [InlineData("\n select 1")]
    public void Plain_text_is_SQL(string text) => Assert.Equal(text, SqlDescriptor.Read(Command(ByteString.CopyFromUtf8(text))));

    [Fact]
    public void A_statement_query_gives_its_query() =>
        Assert.Equal("select 1", SqlDescriptor.Read(Command(Packed("CommandStatementQuery", new CommandStatementQuery { Query = "select 1" }))));

    [Fact]
    public void Other_Flight_SQL_commands_and_transactions_are_unimplemented()
    {
        var other = Assert.Throws<RpcException>(() => SqlDescriptor.Read(Command(Packed("CommandGetTables", new Google.Protobuf.WellKnownTypes.Empty()))));
        Assert.Equal(StatusCode.Unimplemented, other.StatusCode);
        Assert.Contains("CommandGetTables", other.Status.Detail, StringComparison.Ordinal);
        var query = new CommandStatementQuery { Query = "select 1", TransactionId = ByteString.CopyFromUtf8("t") };
        Assert.Equal(StatusCode.Unimplemented, Assert.Throws<RpcException>(() => SqlDescriptor.Read(Command(Packed("CommandStatementQuery", query)))).StatusCode);
    }

    [Fact]
    public void Paths_unknown_types_nothing_and_bytes_that_are_no_text_are_refused()
    {
        var path = new FlightDescriptor { Type = FlightDescriptor.Types.DescriptorType.Path, Path = { "a" } };
        Assert.Contains("PATH", Assert.Throws<AmpException>(() => SqlDescriptor.Read(path)).Message, StringComparison.Ordinal);
        Assert.Equal(ErrorCode.InvalidRequest, Assert.Throws<AmpException>(() => SqlDescriptor.Read(new FlightDescriptor())).Code);
        Assert.Equal(ErrorCode.InvalidSqlString, Assert.Throws<AmpException>(() => SqlDescriptor.Read(Command(ByteString.Empty))).Code);
        Assert.Equal(ErrorCode.InvalidSqlString, Assert.Throws<AmpException>(() => SqlDescriptor.Read(Command(ByteString.CopyFrom(0xC0, 0xFF)))).Code);
    }

    private static FlightDescriptor Command(ByteString bytes) => new() { Type = FlightDescriptor.Types.DescriptorType.Cmd, Cmd = bytes };

    private static ByteString Packed(string command, IMessage message) =>
        new Any { TypeUrl = "type.googleapis.com/" + Sql + command, Value = message.ToByteString() }.ToByteString();
}
