using System.Text.Json.Nodes;
using Amp.Shared.Faults;

namespace Amp.UnitTests.Chains;

public sealed class HeaderAndReceiptMapping
{
    private readonly SampleBlock _sample = new();

    [Fact]
    public void The_nonce_is_its_eight_bytes_with_the_first_most_significant() => Assert.Equal("258", _sample.Decode().Block("nonce"));

    [Fact]
    public void Missing_optional_fields_are_null()
    {
        _sample.Block.Remove("baseFeePerGas");
        var rows = _sample.Decode();
        foreach (var column in (string[])["total_difficulty", "base_fee_per_gas", "withdrawals_root", "blob_gas_used", "excess_blob_gas", "parent_beacon_root", "requests_hash"])
            Assert.Equal("null", rows.Block(column));
    }

    [Fact]
    public void Missing_mix_hash_nonce_and_gas_are_zero()
    {
        foreach (var field in (string[])["mixHash", "nonce", "gasLimit", "gasUsed"])
            _sample.Block.Remove(field);
        var rows = _sample.Decode();
        Assert.Equal((new string('0', 64), "0", "0", "0"), (rows.Block("mix_hash"), rows.Block("nonce"), rows.Block("gas_limit"), rows.Block("gas_used")));
    }

    [Theory]
    [InlineData("hash")]
    [InlineData("parentHash")]
    [InlineData("number")]
    [InlineData("timestamp")]
    [InlineData("miner")]
    [InlineData("logsBloom")]
    [InlineData("difficulty")]
    [InlineData("extraData")]
    [InlineData("transactions")]
    public void What_every_block_has_must_be_there(string field)
    {
        _sample.Block.Remove(field);
        Assert.Contains($"{field}: is missing", Assert.Throws<AmpException>(() => _sample.Decode()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_timestamp_is_nanoseconds_and_must_fit()
    {
        Assert.Equal("1694158055000000000Nanosecond", _sample.Decode().Block("timestamp"));
        _sample.Block["timestamp"] = "0x225c17d05";
        Assert.Contains("'0x225c17d05'", Assert.Throws<AmpException>(() => _sample.Decode()).Message, StringComparison.Ordinal);
        _sample.Block["timestamp"] = "0x225c17d04";
        Assert.Equal("9223372036000000000Nanosecond", _sample.Decode().Block("timestamp"));
    }

    [Fact]
    public void Fields_may_come_in_any_order_and_unknown_ones_are_ignored()
    {
        var expected = _sample.Decode();
        var block = Reversed(_sample.Block);
        var receipts = new JsonArray([.. _sample.Receipts.Select(r => (JsonNode)Reversed(r!.AsObject()))]);

        var actual = DecodedBlock.Of(SampleBlock.Number, block.ToJsonString(), receipts.ToJsonString());

        Assert.Equal(expected.Rows, actual.Rows);
    }

    [Fact]
    public void Names_and_values_may_be_escaped()
    {
        var expected = _sample.Decode();
        var block = _sample.Block.ToJsonString().Replace("\"number\"", "\"n\\u0075mber\"", StringComparison.Ordinal).Replace("\"0x64facce7\"", "\"0x64fa\\u0063ce7\"", StringComparison.Ordinal);
        Assert.Equal(expected.Rows, DecodedBlock.Of(SampleBlock.Number, block, _sample.Receipts.ToJsonString()).Rows);
    }

    [Fact]
    public void Gas_used_is_that_of_the_transaction_and_the_cumulative_one_has_its_own_column()
    {
        var rows = _sample.Decode();
        Assert.Equal(("21000", "42000"), (rows.Tx("gas_used", 1), rows.Tx("cumulative_gas_used", 1)));
    }

    [Fact]
    public void A_receipt_with_a_root_alone_succeeded()
    {
        _sample.ReceiptOf(0).Remove("status");
        _sample.ReceiptOf(0)["root"] = SampleBlock.Word(0x99);
        var rows = _sample.Decode();
        Assert.Equal(("true", SampleBlock.Word(0x99)[2..], "null"), (rows.Tx("status"), rows.Tx("state_root"), rows.Tx("state_root", 1)));
    }

    [Fact]
    public void Status_tells_success_from_failure_and_nothing_else()
    {
        _sample.ReceiptOf(0)["status"] = "0x0";
        Assert.Equal("false", _sample.Decode().Tx("status"));
        _sample.ReceiptOf(0)["status"] = "0x2";
        Assert.Contains("receipts[0].status: '0x2'", Assert.Throws<AmpException>(() => _sample.Decode()).Message, StringComparison.Ordinal);
        _sample.ReceiptOf(0).Remove("status");
        Assert.Contains("receipts[0].status: is missing", Assert.Throws<AmpException>(() => _sample.Decode()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_receipt_may_leave_out_is_null()
    {
        foreach (var field in (string[])["cumulativeGasUsed", "effectiveGasPrice", "contractAddress"])
            _sample.ReceiptOf(0).Remove(field);
        var rows = _sample.Decode();
        Assert.Equal(("null", "null", "null"), (rows.Tx("cumulative_gas_used"), rows.Tx("effective_gas_price"), rows.Tx("contract_address")));
    }

    [Fact]
    public void Topics_fill_their_columns_from_the_left()
    {
        _sample.Log(0, 0)["topics"] = new JsonArray();
        var rows = _sample.Decode();
        Assert.Equal(["null", "null", "null", "null"], Topics(rows, 0));
        Assert.Equal([SampleBlock.Word(1)[2..], "null", "null", "null"], Topics(rows, 1));
        Assert.Equal([SampleBlock.Word(1)[2..], SampleBlock.Word(2)[2..], "null", "null"], Topics(rows, 2));
    }

    [Fact]
    public void More_than_four_topics_are_refused()
    {
        _sample.Log(1, 1)["topics"] = new JsonArray([.. Enumerable.Range(0, 5).Select(i => (JsonNode)SampleBlock.Word(i))]);
        Assert.Contains("receipts[1].logs[1].topics", Assert.Throws<AmpException>(() => _sample.Decode()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Receipts_may_come_one_by_one()
    {
        var each = DecodedBlock.OfEach(SampleBlock.Number, _sample.Block.ToJsonString(), _sample.Receipts.Select(r => r!.ToJsonString()));
        Assert.Equal(_sample.Decode().Rows, each.Rows);
    }

    [Fact]
    public void A_block_without_transactions_is_one_row()
    {
        _sample.Block["transactions"] = new JsonArray();
        _sample.Receipts.Clear();
        var rows = _sample.Decode();
        Assert.Equal([1, 0, 0], rows.Rows.Select(t => t.Length));
    }

    private static string[] Topics(DecodedBlock rows, int log) => [.. Enumerable.Range(0, 4).Select(i => rows.Log($"topic{i}", log))];

    private static JsonNode? Reverse(JsonNode? node) => node switch
    {
        JsonObject o => Reversed(o),
        JsonArray a => new JsonArray([.. a.Select(Reverse)]),
        _ => node?.DeepClone(),
    };

    private static JsonObject Reversed(JsonObject source)
    {
        var reversed = new JsonObject { ["zzz"] = new JsonObject { ["hash"] = "0x1", ["logs"] = new JsonArray(1, 2) } };
        foreach (var (name, value) in source.Reverse())
            reversed[name] = Reverse(value);
        reversed["aaa"] = 1.5;
        return reversed;
    }
}
