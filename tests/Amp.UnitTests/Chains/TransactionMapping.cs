using System.Numerics;
using System.Text.Json.Nodes;
using Amp.Shared.Faults;

namespace Amp.UnitTests.Chains;

public sealed class TransactionMapping
{
    private readonly SampleBlock _sample = new();

    [Fact]
    public void A_missing_type_is_legacy()
    {
        _sample.Typed(null);
        var rows = _sample.Decode();
        Assert.Equal(("0", "null", "1000000000"), (rows.Tx("type"), rows.Tx("access_list"), rows.Tx("gas_price")));
    }

    [Theory]
    [InlineData("0x0")]
    [InlineData("0x1")]
    public void Types_0_and_1_have_a_gas_price_that_is_also_their_max_fee(string type)
    {
        _sample.Typed(type)["v"] = type == "0x0" ? "0x1c" : "0x1";
        var rows = _sample.Decode();
        Assert.Equal(("1000000000", "1000000000", "null"), (rows.Tx("gas_price"), rows.Tx("max_fee_per_gas"), rows.Tx("max_priority_fee_per_gas")));
    }

    [Fact]
    public void From_type_2_on_the_gas_price_is_null()
    {
        var rows = _sample.Decode();
        Assert.Equal(("null", "2000000000", "1"), (rows.Tx("gas_price", 1), rows.Tx("max_fee_per_gas", 1), rows.Tx("max_priority_fee_per_gas", 1)));
    }

    [Theory]
    [InlineData("0x1b", "false", "null")]
    [InlineData("0x1c", "true", "null")]
    [InlineData("0x25", "false", "1")]
    [InlineData("0x26", "true", "1")]
    [InlineData("0x23", "false", "0")]
    [InlineData("0x1ffffffffffffffff", "false", "18446744073709551598")]
    [InlineData("0x0", "false", "null")]
    [InlineData("0x1B", "false", "null")]
    [InlineData("0x00000000000000000000000000001c", "true", "null")]
    public void Legacy_v_gives_parity_and_chain(string v, string parity, string chain)
    {
        _sample.First["v"] = v;
        var rows = _sample.Decode();
        Assert.Equal((parity, chain), (rows.Tx("v_parity"), rows.Tx("chain_id")));
    }

    [Fact]
    public void A_signature_of_nothing_is_kept_as_zero()
    {
        (_sample.First["v"], _sample.First["r"], _sample.First["s"]) = ("0x0", "0x0", "0x0");
        var rows = _sample.Decode();
        Assert.Equal((new string('0', 64), new string('0', 64), "false", "null"), (rows.Tx("r"), rows.Tx("s"), rows.Tx("v_parity"), rows.Tx("chain_id")));
    }

    [Theory]
    [InlineData("0x2")]
    [InlineData("0x1d")]
    [InlineData("0x22")]
    public void A_legacy_v_that_means_nothing_is_refused(string v)
    {
        _sample.First["v"] = v;
        Refused("transactions[0].v", v);
    }

    [Fact]
    public void The_chain_of_a_legacy_v_must_fit()
    {
        _sample.First["v"] = "0x20000000000000023";
        Refused("transactions[0].v", "64 bits");
    }

    [Fact]
    public void Typed_transactions_may_leave_out_yParity_or_v_but_not_both()
    {
        _sample.Second.Remove("yParity");
        Assert.Equal("true", _sample.Decode().Tx("v_parity", 1));
        _sample.Second.Remove("v");
        Refused("transactions[1].v", "is missing");
        _sample.Second["yParity"] = "0x0";
        Assert.Equal("false", _sample.Decode().Tx("v_parity", 1));
    }

    [Fact]
    public void An_unknown_type_keeps_what_it_has()
    {
        var deposit = _sample.Typed("0x7e");
        foreach (var field in (string[])["v", "r", "s", "gasPrice"])
            deposit.Remove(field);
        var rows = _sample.Decode();
        var zero = new string('0', 64);
        Assert.Equal(("126", zero, zero, "false"), (rows.Tx("type"), rows.Tx("r"), rows.Tx("s"), rows.Tx("v_parity")));
        Assert.Equal(("null", "0", "null", "[]"), (rows.Tx("gas_price"), rows.Tx("max_fee_per_gas"), rows.Tx("chain_id"), rows.Tx("access_list")));
    }

    [Fact]
    public void An_unknown_type_with_a_gas_price_of_its_own_still_has_none_here()
    {
        _sample.Typed("0x7e")["maxFeePerGas"] = "0x5";
        var rows = _sample.Decode();
        Assert.Equal(("null", "5"), (rows.Tx("gas_price"), rows.Tx("max_fee_per_gas")));
    }

    [Theory]
    [InlineData("r")]
    [InlineData("s")]
    [InlineData("v")]
    [InlineData("gasPrice")]
    [InlineData("nonce")]
    [InlineData("gas")]
    [InlineData("value")]
    [InlineData("input")]
    [InlineData("from")]
    [InlineData("hash")]
    public void A_known_type_must_have_its_fields(string field)
    {
        _sample.First.Remove(field);
        Refused($"transactions[0].{field}", "is missing");
        _sample.First[field] = null;
        Refused($"transactions[0].{field}", "is missing");
    }

    [Fact]
    public void Signatures_come_with_and_without_leading_zeros()
    {
        _sample.First["r"] = "0x0b8d2d7accff9e088c8d53745e503d9420920958fbe543feef647636677f6e8d";
        _sample.First["s"] = "0xb8d2d7accff9e088c8d53745e503d9420920958fbe543feef647636677f6e8d";
        var rows = _sample.Decode();
        Assert.Equal(rows.Tx("r"), rows.Tx("s"));
        Assert.StartsWith("0b8d2d7a", rows.Tx("r"), StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_may_have_leading_zeros_and_capitals()
    {
        _sample.First["nonce"] = "0X000000000000000000000000000000ABCDEF";
        _sample.First["hash"] = SampleBlock.Word(0x100).ToUpperInvariant().Replace('X', 'x');
        Assert.Equal(0xabcdef.ToString(System.Globalization.CultureInfo.InvariantCulture), _sample.Decode().Tx("nonce"));
    }

    [Fact]
    public void A_contract_creation_has_no_receiver_and_its_receipt_the_address()
    {
        _sample.First["to"] = null;
        _sample.ReceiptOf(0)["contractAddress"] = SampleBlock.Address(0x77);
        var rows = _sample.Decode();
        Assert.Equal(("null", SampleBlock.Address(0x77)[2..]), (rows.Tx("to"), rows.Tx("contract_address")));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("18446744073709551615")]
    [InlineData("18446744073709551616")]
    [InlineData("10000000000000000000")]
    [InlineData("100000000000000000000000000000000000000")]
    [InlineData("340282366920938463463374607431768211456")]
    [InlineData("57896044618658097711785492504343953926634992332820282019728792003956564819968")]
    [InlineData("115792089237316195423570985008687907853269984665640564039457584007913129639935")]
    public void Value_is_decimal_text_of_any_size(string value)
    {
        _sample.First["value"] = "0x" + BigInteger.Parse(value, System.Globalization.CultureInfo.InvariantCulture).ToString("x", null).TrimStart('0').PadLeft(1, '0');
        Assert.Equal($"'{value}'", _sample.Decode().Tx("value"));
    }

    [Fact]
    public void Values_from_a_seed_are_what_big_integers_say()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.SendDiagnosticMessage("seed {0}", seed);
        var random = new Random(seed);
        for (var i = 0; i < 500; i++)
        {
            var bytes = new byte[random.Next(1, 33)];
            random.NextBytes(bytes);
            var number = new BigInteger(bytes, isUnsigned: true, isBigEndian: true);
            _sample.First["value"] = "0x" + Convert.ToHexString(bytes);
            Assert.True($"'{number}'" == _sample.Decode().Tx("value"), $"seed {seed}: {number}");
        }
    }

    [Fact]
    public void Input_may_be_called_data()
    {
        _sample.First.Remove("input");
        _sample.First["data"] = "0xabcdef";
        Assert.Equal("abcdef", _sample.Decode().Tx("input"));
    }

    [Fact]
    public void Lists_of_a_typed_transaction_are_kept_and_a_legacy_one_has_none()
    {
        var list = new JsonArray(
            new JsonObject { ["address"] = SampleBlock.Address(1), ["storageKeys"] = new JsonArray(SampleBlock.Word(1), SampleBlock.Word(2)) },
            new JsonObject { ["storageKeys"] = new JsonArray(), ["address"] = SampleBlock.Address(2), ["other"] = new JsonObject() });
        _sample.First["accessList"] = list.DeepClone();
        _sample.Second["accessList"] = list;
        _sample.Second["blobVersionedHashes"] = new JsonArray(SampleBlock.Word(7));
        _sample.Second["authorizationList"] = new JsonArray(new JsonObject
        {
            ["chainId"] = "0x1",
            ["address"] = SampleBlock.Address(3),
            ["nonce"] = "0x5",
            ["yParity"] = "0x1",
            ["r"] = "0x1",
            ["s"] = SampleBlock.Word(2),
        });
        var rows = _sample.Decode();

        Assert.Equal("null", rows.Tx("access_list"));
        Assert.Equal($"[{{{A(1)}, [{W(1)}, {W(2)}]}}, {{{A(2)}, []}}]", rows.Tx("access_list", 1));
        Assert.Equal($"[{W(7)}]", rows.Tx("blob_versioned_hashes", 1));
        Assert.Equal($"[{{1, {A(3)}, 5, true, {W(1)}, {W(2)}}}]", rows.Tx("authorization_list", 1));
        Assert.Equal(("null", "null"), (rows.Tx("blob_versioned_hashes"), rows.Tx("authorization_list")));

        static string W(int n) => SampleBlock.Word(n)[2..];
        static string A(int n) => SampleBlock.Address(n)[2..];
    }

    [Fact]
    public void A_typed_transaction_without_an_access_list_has_an_empty_one()
    {
        _sample.Second.Remove("accessList");
        Assert.Equal("[]", _sample.Decode().Tx("access_list", 1));
    }

    [Theory]
    [InlineData("nonce", "0x10000000000000000", "64 bits")]
    [InlineData("gas", "0x10000000000000000", "64 bits")]
    [InlineData("type", "0x80000000", "31 bits")]
    [InlineData("gasPrice", "0x4b3b4ca85a86c47a098a224000000000", "38 digits")]
    [InlineData("value", "0x10000000000000000000000000000000000000000000000000000000000000000", "256 bits")]
    [InlineData("r", "0x10000000000000000000000000000000000000000000000000000000000000000", "256 bits")]
    [InlineData("from", "0x00", "40 hexadecimal digits")]
    [InlineData("to", "0x", "40 hexadecimal digits")]
    [InlineData("hash", "0x1", "64 hexadecimal digits")]
    [InlineData("input", "0x123", "odd number")]
    [InlineData("input", "0x12zz", "not hexadecimal")]
    [InlineData("nonce", "17", "does not start with 0x")]
    [InlineData("nonce", "0x", "no digits")]
    [InlineData("nonce", "0x1g", "not hexadecimal")]
    [InlineData("nonce", "", "is empty")]
    public void What_does_not_fit_names_block_field_and_value(string field, string value, string reason)
    {
        _sample.First[field] = value;
        var text = Refused($"transactions[0].{field}", reason);
        Assert.Contains($"block {SampleBlock.Number}", text, StringComparison.Ordinal);
        if (value.Length > 0)
            Assert.Contains(value, text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_largest_decimal_fits()
    {
        _sample.First["gasPrice"] = "0x4b3b4ca85a86c47a098a223fffffffff";
        Assert.Equal(new string('9', 38), _sample.Decode().Tx("gas_price"));
    }

    [Fact]
    public void A_value_of_another_kind_is_refused()
    {
        _sample.First["nonce"] = 9;
        Refused("transactions[0].nonce", "Number");
    }

    [Fact]
    public void Hashes_in_the_place_of_transactions_are_refused()
    {
        _sample.Block["transactions"] = new JsonArray(SampleBlock.Word(1));
        Refused("transactions[0]", "whole transaction");
    }

    private string Refused(params string[] parts)
    {
        var fault = Assert.Throws<AmpException>(() => _sample.Decode());
        Assert.Equal(ErrorCode.BlockInvalid, fault.Code);
        Assert.All(parts, p => Assert.Contains(p, fault.Message, StringComparison.Ordinal));
        return fault.Message;
    }
}
