using System.Text;
using Amp.Shared.Datasets;
using Amp.Shared.Faults;

namespace Amp.UnitTests.Datasets;

public sealed class ManifestTests
{
    private const string OneTable = """
        {"tables":{"logs":{"schema":{"arrow":{"fields":[{"nullable":false,"type":"UInt64","name":"_block_num"}]}}}},"network":"mainnet","kind":"evm-rpc","extra":1}
        """;

    [Fact]
    public void The_design_s_test_vector_holds() =>
        Assert.Equal("2ccf0a303d05847f25d9a599aac19506228d155d8657c9696dd496eb5bed34ec", HashOf("""{"kind":"manifest","dependencies":{},"tables":{},"functions":{}}"""));

    [Fact]
    public void Key_order_spacing_unknown_keys_and_defaults_do_not_change_the_hash()
    {
        Assert.Equal(
            HashOf("""{"kind":"evm-rpc","network":"mainnet","start_block":0,"finalized_blocks_only":false,"tables":{}}"""),
            HashOf("""{ "network" : "mainnet", "kind":"evm-rpc", "comment":"x", "tables":null }"""));
        Assert.NotEqual(HashOf("""{"kind":"evm-rpc","network":"mainnet"}"""), HashOf("""{"kind":"evm-rpc","network":"mainnet","start_block":1}"""));
    }

    [Fact]
    public void A_raw_manifest_s_canonical_form_is_frozen()
    {
        Assert.Equal("""{"kind":"evm-rpc","network":"mainnet","start_block":0,"finalized_blocks_only":false,"tables":{}}""", Canonical("""{"kind":"evm-rpc","network":"mainnet"}"""));
        Assert.Equal(
            """{"kind":"evm-rpc","network":"mainnet","start_block":0,"finalized_blocks_only":false,"tables":{"logs":{"schema":{"arrow":{"fields":[{"name":"_block_num","type":"UInt64","nullable":false}]}},"network":"mainnet"}}}""",
            Canonical(OneTable));
    }

    [Fact]
    public void Canonical_text_is_its_own_canonical_form() => Assert.Equal(Canonical(OneTable), Canonical(Canonical(OneTable)));

    [Fact]
    public void Only_required_escapes_are_written()
    {
        var canonical = Canonical(
            """{"kind":"manifest","tables":{"b":{"input":{"sql":"select '\u00e9<>&+\u2028/\"\\\u0001\n😀'"},"schema":{"arrow":{"fields":[{"name":"x","type":"Utf8","nullable":true}]}}}}}""");
        Assert.Contains("select 'é<>&+\u2028/\\\"\\\\\\u0001\\n😀'", canonical, StringComparison.Ordinal);
    }

    [Fact]
    public void Maps_are_sorted_by_the_bytes_of_their_names()
    {
        var canonical = Canonical("""{"kind":"manifest","dependencies":{"b":"x/b","a":"x/a@1.0.0","B":"c"}}""");
        Assert.Contains("""{"B":"_/c@latest","a":"x/a@1.0.0","b":"x/b@latest"}""", canonical, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"network":"m"}""", "\"kind\" is missing")]
    [InlineData("""[]""", "$: an object is needed")]
    [InlineData("""{"kind":"evm-rpc"}""", "$: \"network\" is missing")]
    [InlineData("""{"kind":"evm-rpc","network":1}""", "$.network: a string is needed")]
    [InlineData("""{"kind":"evm-rpc","network":"a b"}""", "$.network")]
    [InlineData("""{"kind":"evm-rpc","network":"m","start_block":-1}""", "$.start_block")]
    [InlineData("""{"kind":"evm-rpc","network":"m","start_block":"1"}""", "$.start_block")]
    [InlineData("""{"kind":"evm-rpc","network":"m","finalized_blocks_only":1}""", "$.finalized_blocks_only")]
    [InlineData("""{"kind":"evm-rpc","network":"m","tables":{"logs":{}}}""", "$.tables.logs: \"schema\" is missing")]
    [InlineData("""{"kind":"evm-rpc","network":"m","tables":{"1":{}}}""", "table name '1'")]
    [InlineData("""{"kind":"evm-rpc","network":"m","tables":{"t":{"schema":{"arrow":{"fields":[{"name":"a","type":"Uint64","nullable":true}]}}}}}""", "$.tables.t.schema.arrow.fields[0].type")]
    [InlineData("""{"kind":"evm-rpc","network":"m","tables":{"t":{"network":"n","schema":{"arrow":{"fields":[]}}}}}""", "names network 'n'")]
    [InlineData("""{"kind":"evm-rpc","network":"m","network":"n"}""", "broken")]
    [InlineData("""{"kind":"evm-rpc",}""", "broken")]
    [InlineData("""{"kind":"manifest","functions":{"f":{}}}""", "$.functions")]
    [InlineData("""{"kind":"manifest","dependencies":{"a":"A/b"}}""", "$.dependencies.a")]
    public void A_wrong_shape_is_named_with_its_path(string json, string part)
    {
        var fault = Assert.Throws<AmpException>(() => ManifestReader.Read(Encoding.UTF8.GetBytes(json)));
        Assert.Equal(ErrorCode.InvalidManifest, fault.Code);
        Assert.Contains(part, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("firehose")]
    [InlineData("solana")]
    [InlineData("EVM-RPC")]
    public void Other_kinds_are_not_supported(string kind) => Assert.Equal(
        ErrorCode.UnsupportedDatasetKind,
        Assert.Throws<AmpException>(() => ManifestReader.Read(Encoding.UTF8.GetBytes($$"""{"kind":"{{kind}}","network":"m"}"""))).Code);

    [Theory]
    [InlineData("\"UInt64\"")]
    [InlineData("\"Utf8\"")]
    [InlineData("\"Boolean\"")]
    [InlineData("{\"FixedSizeBinary\":32}")]
    [InlineData("{\"Decimal128\":[38,0]}")]
    [InlineData("{\"Decimal256\":[76,-2]}")]
    [InlineData("{\"Timestamp\":[\"Nanosecond\",\"+00:00\"]}")]
    [InlineData("{\"Timestamp\":[\"Second\",null]}")]
    [InlineData("{\"List\":{\"name\":\"element\",\"data_type\":{\"FixedSizeBinary\":32},\"nullable\":false,\"dict_id\":0,\"dict_is_ordered\":false,\"metadata\":{}}}")]
    [InlineData("{\"Struct\":[{\"name\":\"a\",\"data_type\":\"Int32\",\"nullable\":true,\"dict_id\":0,\"dict_is_ordered\":false,\"metadata\":{}}]}")]
    public void Types_go_both_ways(string json) => Assert.Equal(json, ArrowTypeJson.ToText(ReadType(json)));

    [Theory]
    [InlineData("{\"FixedSizeBinary\":0}")]
    [InlineData("{\"FixedSizeBinary\":\"32\"}")]
    [InlineData("{\"Decimal128\":[39,0]}")]
    [InlineData("{\"Decimal128\":[38]}")]
    [InlineData("{\"Timestamp\":[\"Nano\",null]}")]
    [InlineData("{\"List\":1}")]
    [InlineData("{\"A\":1,\"B\":2}")]
    [InlineData("null")]
    public void Broken_types_are_refused(string json) =>
        Assert.Equal(ErrorCode.InvalidManifest, Assert.Throws<AmpException>(() => ReadType(json)).Code);

    [Fact]
    public void Lists_agree_whatever_their_element_is_called()
    {
        Assert.True(ArrowTypeJson.Agree(
            ReadType("{\"List\":{\"name\":\"item\",\"data_type\":\"UInt64\",\"nullable\":true}}"),
            ReadType("{\"List\":{\"name\":\"element\",\"type\":\"UInt64\",\"nullable\":false}}")));
        Assert.False(ArrowTypeJson.Agree(ReadType("\"UInt64\""), ReadType("\"Int64\"")));
    }

    private static string Canonical(string json) => Encoding.UTF8.GetString(ManifestReader.Read(Encoding.UTF8.GetBytes(json)).ToCanonicalBytes());

    private static string HashOf(string json) => ManifestHash.Of(Encoding.UTF8.GetBytes(Canonical(json))).ToString();

    private static Apache.Arrow.Types.IArrowType ReadType(string json) =>
        JsonNodeAt.Read(Encoding.UTF8.GetBytes(json), ErrorCode.InvalidManifest, ArrowTypeJson.Read);
}
