using System.Text.Json.Nodes;
using Amp.Chains.Evm;
using Amp.Shared.Chain;
using Amp.Shared.Faults;

namespace Amp.UnitTests.Chains;

/// <summary>What must hold before a block's first row exists.</summary>
public sealed class BlockChecks
{
    private readonly SampleBlock _sample = new();

    [Fact]
    public void The_block_must_be_the_one_asked_for()
    {
        Refused("transactions[0].blockNumber", () => _sample.Decode(101));
        (_sample.Block["transactions"], _sample.Block["number"]) = (new JsonArray(), "0x63");
        Refused("number: the node answered with block 99");
    }

    [Fact]
    public void The_parent_must_be_the_block_before()
    {
        var fault = Assert.Throws<RetryableException>(() => Decode(Hash32.Parse(SampleBlock.Word(0xC))));
        Assert.Equal(ErrorCode.ReorganisedChain, fault.Code);
        Assert.Contains("block 100: parentHash", fault.Message, StringComparison.Ordinal);
        Decode(Hash32.Parse(SampleBlock.Word(0xA)));
    }

    [Fact]
    public void A_receipt_too_few_is_refused()
    {
        _sample.Receipts.RemoveAt(1);
        Refused("receipts");
    }

    [Fact]
    public void A_block_that_is_refused_is_named_by_its_hash()
    {
        _sample.Receipts.RemoveAt(1);
        var hash = Hash32.Parse((string)_sample.Block["hash"]!);
        Assert.Equal(hash, Assert.ThrowsAny<AmpException>(() => _sample.Decode(100)).BlockHash);
        Assert.Null(Assert.ThrowsAny<AmpException>(() => _sample.Decode(101)).BlockHash);
    }

    [Fact]
    public void A_receipt_too_many_is_refused()
    {
        _sample.Receipts.Add(_sample.Receipts[1]!.DeepClone());
        Refused("receipts");
    }

    [Fact]
    public void No_receipts_at_all_are_refused()
    {
        _sample.Receipts.Clear();
        Refused("receipts");
    }

    [Fact]
    public void Receipts_out_of_order_are_refused()
    {
        var first = _sample.Receipts[0]!;
        _sample.Receipts.RemoveAt(0);
        _sample.Receipts.Add(first);
        Refused("receipts[0].");
    }

    [Theory]
    [InlineData("blockHash")]
    [InlineData("blockNumber")]
    [InlineData("transactionHash")]
    [InlineData("transactionIndex")]
    public void A_receipt_of_another_place_is_refused(string field)
    {
        Bend(_sample.ReceiptOf(1), field);
        Refused($"receipts[1].{field}");
    }

    [Theory]
    [InlineData("blockHash")]
    [InlineData("blockNumber")]
    [InlineData("transactionHash")]
    [InlineData("transactionIndex")]
    [InlineData("logIndex")]
    public void A_log_of_another_place_is_refused(string field)
    {
        Bend(_sample.Log(1, 1), field);
        Refused($"receipts[1].logs[1].{field}");
    }

    [Fact]
    public void Texts_that_are_the_same_only_together_are_refused()
    {
        var log = _sample.Log(1, 1);
        var hash = (string)log["blockHash"]!;
        (log["blockHash"], log["blockNumber"]) = (hash[..^1], hash[^1..] + (string)log["blockNumber"]!);
        Assert.Contains("receipts[1].logs[1].blockHash", Assert.ThrowsAny<AmpException>(() => _sample.Decode()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("blockHash")]
    [InlineData("blockNumber")]
    [InlineData("transactionIndex")]
    public void A_transaction_of_another_place_is_refused(string field)
    {
        Bend(_sample.Second, field);
        var fault = Assert.ThrowsAny<AmpException>(() => _sample.Decode());
        Assert.Contains($"transactions[1].{field}", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Transactions_of_another_block_are_refused()
    {
        (_sample.First["blockHash"], _sample.Second["blockHash"]) = (SampleBlock.Word(0xDD), SampleBlock.Word(0xDD));
        Refused("transactions.blockHash");
    }

    [Theory]
    [InlineData("blockHash")]
    [InlineData("blockNumber")]
    [InlineData("transactionHash")]
    [InlineData("logIndex")]
    public void A_log_must_say_where_it_belongs(string field)
    {
        _sample.Log(0, 0).Remove(field);
        Assert.Contains($"receipts[0].logs[0].{field}: is missing", Assert.Throws<AmpException>(() => _sample.Decode()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_left_out_is_noticed()
    {
        _sample.Receipts[1]!["logs"]!.AsArray().RemoveAt(0);
        Refused("receipts[1].logs[0].logIndex");
    }

    [Fact]
    public void Logs_and_transactions_given_twice_are_refused()
    {
        var receipts = _sample.Receipts.ToJsonString().Replace("\"logs\":", "\"logs\":[],\"logs\":", StringComparison.Ordinal);
        var fault = Assert.Throws<AmpException>(() => DecodedBlock.Of(SampleBlock.Number, _sample.Block.ToJsonString(), receipts));
        Assert.Contains("twice", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_refused_block_leaves_the_rows_before_it_as_they_were()
    {
        using var rows = new EvmRows();
        var decoder = new BlockDecoder();
        Decode(rows, decoder);
        var before = DecodedRows(rows);
        _sample.Log(1, 1)["data"] = "0x1";
        Assert.Throws<AmpException>(() => Decode(rows, decoder));
        Assert.Equal(before, DecodedRows(rows));
        _sample.Log(1, 1)["data"] = "0xaa";
        Decode(rows, decoder);
        Assert.Equal([.. before.Select(t => t.Concat(t).ToArray())], DecodedRows(rows));
    }

    [Theory]
    [InlineData("{\"number\":")]
    [InlineData("[]")]
    [InlineData("{} {}")]
    [InlineData("nonsense")]
    public void Broken_json_is_a_fault_like_any_other(string json) =>
        Assert.ThrowsAny<AmpException>(() => DecodedBlock.Of(SampleBlock.Number, json, "[]"));

    private static string[][] DecodedRows(EvmRows rows) => [.. rows.Build(_ => { }).Tables.Select(t => TestKit.Arrow.ArrowText.Rows(t).ToArray())];

    private static void Bend(JsonObject place, string field) =>
        place[field] = field.EndsWith("Hash", StringComparison.Ordinal) ? SampleBlock.Word(0xDEAD) : "0x7";

    private void Decode(EvmRows rows, BlockDecoder decoder) =>
        decoder.Decode(SampleBlock.Number, DecodedBlock.Answers(_sample.Block.ToJsonString(), _sample.Receipts.ToJsonString()), null, rows);

    private void Decode(Hash32 parent) => DecodedBlock.Of(SampleBlock.Number, _sample.Block.ToJsonString(), _sample.Receipts.ToJsonString(), parent);

    private void Refused(string place, Action? decode = null)
    {
        var fault = Assert.Throws<RetryableException>(decode ?? (() => _sample.Decode()));
        Assert.Equal(ErrorCode.BlockInvalid, fault.Code);
        Assert.Contains("block ", fault.Message, StringComparison.Ordinal);
        Assert.Contains(place, fault.Message, StringComparison.Ordinal);
    }
}
