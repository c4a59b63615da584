using Amp.Server.Flight;
using Amp.Shared.Faults;

namespace Amp.UnitTests.Flight;

public sealed class QueryTicketTests
{
    private static readonly QueryTicket _ticket = new(
        "SELECT 'ü' FROM eth.logs", Streaming: true, """{"mainnet":{"number":7,"hash":"0x00"}}""", new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    [Fact]
    public void A_ticket_comes_back_whole_on_any_server()
    {
        Assert.Equal(_ticket, QueryTicket.Parse(_ticket.ToBytes()));
        var plain = new QueryTicket("SELECT 1", Streaming: false, Cursor: null, SnapshotTime: null);
        Assert.Equal(plain, QueryTicket.Parse(plain.ToBytes()));
    }

    [Fact]
    public void The_bytes_of_a_ticket_stay_what_they_are()
    {
        var bytes = new QueryTicket("SELECT 1", Streaming: false, Cursor: null, new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero)).ToBytes();
        Assert.Equal("FF414D5001", Convert.ToHexString(bytes[..5]));
        Assert.Equal("""{"sql":"SELECT 1","streaming":false,"snapshot_time":"2026-01-02T03:04:05+00:00"}""", System.Text.Encoding.UTF8.GetString(bytes[5..^16]));
        Assert.Equal(System.Security.Cryptography.SHA256.HashData(bytes[..^16])[..16], bytes[^16..]);
    }

    [Fact]
    public void Plain_text_is_a_ticket_too()
    {
        Assert.Equal("SELECT 1", QueryTicket.Parse("SELECT 1"u8).Sql);
        Assert.False(QueryTicket.Parse("SELECT 1"u8).Streaming);
    }

    [Fact]
    public void A_ticket_with_any_byte_changed_is_refused()
    {
        var bytes = _ticket.ToBytes();
        for (var i = 0; i < bytes.Length; i++)
        {
            var changed = (byte[])bytes.Clone();
            changed[i] ^= 0x20;
            Assert.Equal(ErrorCode.InvalidTicket, Assert.Throws<AmpException>(() => QueryTicket.Parse(changed)).Code);
        }
    }

    [Fact]
    public void A_ticket_cut_short_anywhere_is_refused()
    {
        var bytes = _ticket.ToBytes();
        for (var length = 0; length < bytes.Length; length++)
            Assert.Equal(ErrorCode.InvalidTicket, Assert.Throws<AmpException>(() => QueryTicket.Parse(bytes.AsSpan(0, length))).Code);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"SELECT 1\"")]
    [InlineData("{\"streaming\":false}")]
    [InlineData("{\"sql\":null,\"streaming\":false}")]
    [InlineData("{\"sql\":1}")]
    [InlineData("{\"sql\":\"SELECT 1\",\"more\":1}")]
    public void A_forged_ticket_is_refused_as_a_ticket_and_as_a_handle(string json)
    {
        byte[] body = [0xFF, .. "AMP\u0001"u8, .. System.Text.Encoding.UTF8.GetBytes(json)];
        byte[] forged = [.. body, .. System.Security.Cryptography.SHA256.HashData(body)[..16]];
        Assert.Equal(ErrorCode.InvalidTicket, Assert.Throws<AmpException>(() => QueryTicket.Parse(forged)).Code);
        Assert.Equal(ErrorCode.InvalidTicket, Assert.Throws<AmpException>(() => PreparedStatements.SqlOf(Google.Protobuf.ByteString.CopyFrom(forged))).Code);
    }

    [Fact]
    public void A_ticket_of_another_version_says_so()
    {
        var bytes = _ticket.ToBytes();
        bytes[4] = 9;
        Assert.Contains("version 9", Assert.Throws<AmpException>(() => QueryTicket.Parse(bytes)).Message, StringComparison.Ordinal);
    }
}
