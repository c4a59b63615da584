using System.Text;
using Amp.Chains.Evm.Json;
using Amp.Chains.Evm.Rpc;

namespace Amp.UnitTests.Chains;

public sealed class HexAndSkipping
{
    [Fact]
    public void Hex_of_every_length_and_case_is_decoded()
    {
        var random = new Random(7);
        for (var length = 0; length <= 300; length++)
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);
            var text = Convert.ToHexString(bytes);
            var mixed = Encoding.ASCII.GetBytes(string.Concat(text.Select((c, i) => i % 3 == 0 ? char.ToLowerInvariant(c) : c)));
            var decoded = new byte[length];
            Assert.True(Hex.TryDecode(mixed, decoded));
            Assert.Equal(bytes, decoded);
        }
    }

    [Fact]
    public void Numbers_of_up_to_sixteen_digits_are_read_and_nothing_else()
    {
        Assert.True(Hex.TryParse([], out var none) && none == 0);
        Assert.True(Hex.TryParse("ffffFFFFffffFFFF"u8, out var most) && most == ulong.MaxValue);
        for (var character = 0; character < 256; character++)
        {
            var isDigit = Hex.TryParse([(byte)'1', (byte)character, (byte)'0'], out var number);
            Assert.Equal(char.IsAsciiHexDigit((char)character), isDigit);
            if (isDigit)
                Assert.Equal(Convert.ToUInt64($"1{(char)character}0", 16), number);
        }
    }

    [Fact]
    public void No_other_character_is_a_digit_wherever_it_stands()
    {
        var decoded = new byte[48];
        for (var character = 0; character < 256; character++)
        {
            for (var place = 0; place < 96; place += 5)
            {
                var text = Encoding.ASCII.GetBytes(new string('a', 96));
                text[place] = (byte)character;
                Assert.Equal(char.IsAsciiHexDigit((char)character), Hex.TryDecode(text, decoded));
            }
        }
    }

    [Fact]
    public void The_end_of_a_value_is_where_a_parser_sees_it()
    {
        var random = new Random(11);
        for (var i = 0; i < 3000; i++)
        {
            var value = Value(random, 0);
            var json = Encoding.UTF8.GetBytes(new string(' ', random.Next(3)) + value + ",x");
            var start = JsonSkip.Space(json, 0);
            var reader = new System.Text.Json.Utf8JsonReader(json);
            reader.Read();
            reader.Skip();
            Assert.True(reader.BytesConsumed == JsonSkip.Value(json, start), value);
        }
    }

    [Fact]
    public void A_value_that_breaks_off_has_no_end()
    {
        var random = new Random(13);
        for (var i = 0; i < 500; i++)
        {
            var json = Encoding.UTF8.GetBytes($"[{Value(random, 1)},{Value(random, 1)}]");
            for (var length = 1; length < json.Length; length += 7)
                Assert.Equal(-1, JsonSkip.Value(json.AsSpan(0, length), 0));
        }
    }

    private static string Value(Random random, int depth) => random.Next(depth > 4 ? 3 : 6) switch
    {
        0 => random.Next().ToString(System.Globalization.CultureInfo.InvariantCulture),
        1 => "\"" + string.Concat(Enumerable.Range(0, random.Next(80)).Select(_ => "abc{}[],: é"[random.Next(11)])) + "\"",
        2 => random.Next(4) == 0 ? "\"a\\\"]}\\\\\"" : "\"0x" + new string('f', random.Next(200)) + "\"",
        3 => "[" + string.Join(",", Enumerable.Range(0, random.Next(6)).Select(_ => Value(random, depth + 1))) + "]",
        _ => "{" + string.Join(",", Enumerable.Range(0, random.Next(6)).Select(n => $"\"n{n}\":{Value(random, depth + 1)}")) + "}",
    };
}
