using Amp.Server.Flight;
using Amp.Server.Flight.Protocol;
using Amp.Shared.Faults;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Amp.UnitTests.Flight;

public sealed class FlightCommandTests
{
    private const string Sql = "arrow.flight.protocol.sql.";

    [Theory]
    [InlineData("select 1")]
    [InlineData("\nselect 1")]
    [InlineData("\n\nselect 'type.googleapis.com/arrow.flight.protocol.sql.CommandStatementQuery'")]
    [InlineData("\n select 1")]
    public void Plain_text_is_SQL(string text) => Assert.Equal(text, SqlOf(Command(ByteString.CopyFromUtf8(text))));

    [Fact]
    public void A_statement_query_gives_its_query() =>
        Assert.Equal("select 1", SqlOf(Command(Packed("CommandStatementQuery", new CommandStatementQuery { Query = "select 1" }))));

    [Fact]
    public void A_metadata_command_runs_no_query() =>
        Assert.Null(SqlOf(Command(Packed("CommandGetTables", new CommandGetTables { IncludeSchema = true }))));

    [Fact]
    public void Other_Flight_SQL_commands_and_transactions_are_unimplemented()
    {
        var other = Assert.Throws<RpcException>(() => FlightCommand.Read(Command(Packed("CommandStatementSubstraitPlan", new Google.Protobuf.WellKnownTypes.Empty()))));
        Assert.Equal(StatusCode.Unimplemented, other.StatusCode);
        Assert.Contains("CommandStatementSubstraitPlan", other.Status.Detail, StringComparison.Ordinal);
        var query = new CommandStatementQuery { Query = "select 1", TransactionId = ByteString.CopyFromUtf8("t") };
        Assert.Equal(StatusCode.Unimplemented, Assert.Throws<RpcException>(() => SqlOf(Command(Packed("CommandStatementQuery", query)))).StatusCode);
    }

    [Fact]
    public void Paths_unknown_types_nothing_and_bytes_that_are_no_text_are_refused()
    {
        var path = new FlightDescriptor { Type = FlightDescriptor.Types.DescriptorType.Path, Path = { "a" } };
        Assert.Contains("PATH", Assert.Throws<AmpException>(() => FlightCommand.Read(path)).Message, StringComparison.Ordinal);
        Assert.Equal(ErrorCode.InvalidRequest, Assert.Throws<AmpException>(() => FlightCommand.Read(new FlightDescriptor())).Code);
        Assert.Equal(ErrorCode.InvalidSqlString, Assert.Throws<AmpException>(() => FlightCommand.Read(Command(ByteString.Empty))).Code);
        Assert.Equal(ErrorCode.InvalidSqlString, Assert.Throws<AmpException>(() => FlightCommand.Read(Command(ByteString.CopyFrom(0xC0, 0xFF)))).Code);
    }

    [Fact]
    public void A_command_whose_message_is_damaged_is_refused_by_its_name()
    {
        var damaged = new Any { TypeUrl = "type.googleapis.com/" + Sql + "CommandGetTables", Value = ByteString.CopyFrom(0x0A, 0x7F) };
        var fault = Assert.Throws<AmpException>(() => FlightCommand.Read(Command(damaged.ToByteString())));
        Assert.Equal(ErrorCode.InvalidRequest, fault.Code);
        Assert.Contains("CommandGetTables", fault.Message, StringComparison.Ordinal);
    }

    private static string? SqlOf(FlightDescriptor descriptor) => FlightCommand.SqlOf(FlightCommand.Read(descriptor));

    private static FlightDescriptor Command(ByteString bytes) => new() { Type = FlightDescriptor.Types.DescriptorType.Cmd, Cmd = bytes };

    private static ByteString Packed(string command, IMessage message) =>
        new Any { TypeUrl = "type.googleapis.com/" + Sql + command, Value = message.ToByteString() }.ToByteString();
}
