using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amp.Chains.Evm;
using Amp.Chains.Evm.Json;
using Amp.Shared.Faults;
using Amp.TestKit.Arrow;

namespace Amp.UnitTests.Chains;

/// <summary>The quick reading of answers as nodes write them: the same rows as the complete one, and nothing that JSON does not allow.</summary>
public sealed class PlainAnswers
{
    private static readonly JsonSerializerOptions _indented = new() { WriteIndented = true };

    [Fact]
    public void An_answer_as_nodes_write_it_is_read_quickly_to_the_same_rows()
    {
        var sample = Sample();
        var answers = DecodedBlock.Answers(sample.Block.ToJsonString(), sample.Receipts.ToJsonString());
        Assert.Equal(Rows(d => d.Decode<JsonCursor>), Rows(d => d.Decode<PlainJsonCursor>));

        string[] Rows(Func<BlockDecoder, Decode> way)
        {
            using var rows = new EvmRows();
            way(new BlockDecoder())(SampleBlock.Number, answers, null, rows);
            return [.. rows.Build(_ => { }).Tables.SelectMany(ArrowText.Rows)];
        }
    }

    [Fact]
    public void An_answer_that_is_written_otherwise_gives_the_same_rows()
    {
        var sample = Sample();
        var plain = DecodedBlock.Of(SampleBlock.Number, sample.Block.ToJsonString(), sample.Receipts.ToJsonString());
        var spaced = DecodedBlock.Of(SampleBlock.Number, sample.Block.ToJsonString(_indented), sample.Receipts.ToJsonString(_indented));
        var escaped = DecodedBlock.Of(SampleBlock.Number, Escaped(sample.Block), Escaped(sample.Receipts));
        Assert.Equal(plain.Rows, spaced.Rows);
        Assert.Equal(plain.Rows, escaped.Rows);
    }

    [Theory]
    [InlineData("""{"data":"0x",}""")]
    [InlineData("""{,"data":"0x"}""")]
    [InlineData("""{"data":"0x""address":"0x"}""")]
    [InlineData("""{"data":"0x"};""")]
    [InlineData("""{"data":"0x"}}""")]
    [InlineData("""{"data":"0x"]""")]
    [InlineData("""{"data":"0x""")]
    [InlineData("""{"data":"0x""" + "\n" + "\"}")]
    [InlineData("""{"data":nul}""")]
    [InlineData("""{"data":nullx}""")]
    [InlineData("""{"removed":falsey}""")]
    [InlineData("""{"removed":tru}""")]
    [InlineData("""{"removed":}""")]
    [InlineData("""{"removed":[1,]}""")]
    [InlineData("""{"removed":{"a" 1}}""")]
    [InlineData("""{"topics":["0x",]}""")]
    [InlineData("""{"topics":[,"0x"]}""")]
    [InlineData("""{"topics":["0x"}""")]
    [InlineData("""{"topics":["0x""0x"]}""")]
    [InlineData("""{data:"0x"}""")]
    [InlineData("{")]
    [InlineData("")]
    public void What_is_no_JSON_is_not_read(string text)
    {
        Assert.ThrowsAny<JsonException>(() => JsonElement.Parse(text));
        if (text.StartsWith("{\"", StringComparison.Ordinal))
            text = """{"topics":[],""" + text[1..];
        Assert.ThrowsAny<JsonException>(() => Read(text));

        static void Read(string text)
        {
            var json = PlainJsonCursor.Over(Encoding.UTF8.GetBytes(text));
            json.StartObject(new FieldReader(), "", "a log");
            new LogJson().Read(ref json, new FieldReader());
            json.End();
        }
    }

    [Fact]
    public void A_fault_is_told_by_the_complete_reading()
    {
        var sample = Sample();
        sample.Log(1, 0)["data"] = 7;
        var fault = Assert.Throws<AmpException>(() => DecodedBlock.Of(SampleBlock.Number, sample.Block.ToJsonString(), sample.Receipts.ToJsonString()));
        Assert.Contains("receipts[1].logs[0].data: text is needed where a Number stands", fault.Message, StringComparison.Ordinal);
    }

    private static SampleBlock Sample()
    {
        var sample = new SampleBlock();
        sample.Log(0, 0)["removed"] = false;
        sample.Log(1, 1)["unknown"] = new JsonObject { ["a"] = new JsonArray(1, "]", null), ["b"] = true };
        sample.Second["accessList"] = new JsonArray(new JsonObject { ["address"] = SampleBlock.Address(9), ["storageKeys"] = new JsonArray(SampleBlock.Word(3)) });
        return sample;
    }

    private static string Escaped(JsonNode node) => node.ToJsonString().Replace("\"0x", "\"\\u0030x", StringComparison.Ordinal);

    private delegate Amp.Shared.Chain.BlockHeader Decode(ulong number, in BlockAnswers answers, Amp.Shared.Chain.Hash32? parent, EvmRows rows);
}
