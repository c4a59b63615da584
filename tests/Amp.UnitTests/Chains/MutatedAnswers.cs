using System.Text;
using Amp.Chains.Evm;
using Amp.Shared.Faults;
using Amp.TestKit.Arrow;
using Amp.TestKit.Ethereum;

namespace Amp.UnitTests.Chains;

/// <summary>Answers damaged at random: they are refused, or give exactly the rows of their own text; never a crash, never a short row.</summary>
public sealed class MutatedAnswers
{
    private const int Cases = 6000;

    [Fact]
    public void Damage_is_refused_or_harmless()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.SendDiagnosticMessage("seed {0}", seed);
        var random = new Random(seed);
        var sample = new SampleBlock();
        var block = Encoding.UTF8.GetBytes(sample.Block.ToJsonString());
        var receipts = Encoding.UTF8.GetBytes(sample.Receipts.ToJsonString());
        using var rows = new EvmRows();
        var refused = 0;
        for (var i = 0; i < Cases; i++)
        {
            var (b, r) = random.Next(2) == 0 ? (Mutate(block, random), receipts) : (block, Mutate(receipts, random));
            try
            {
                new BlockDecoder().Decode(SampleBlock.Number, new BlockAnswers(DecodedBlock.Text(b), new[] { DecodedBlock.Text(r) }, OneEach: false), null, rows);
            }
            catch (AmpException)
            {
                refused++;
                Assert.Equal((0, 0, 0), rows.Mark());
                continue;
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}, case {i}: {e}\n{Encoding.UTF8.GetString(b)}\n{Encoding.UTF8.GetString(r)}");
            }

            AssertWhole(rows, b, r, $"seed {seed}, case {i}");
            rows.Clear();
        }

        // Most damage hits a name, a digit or a bracket that matters; if little is refused, nothing is looked at.
        Assert.InRange(refused, Cases / 4, Cases);
    }

    /// <summary>What was accepted is what an independent reading of the damaged text says.</summary>
    private static void AssertWhole(EvmRows rows, byte[] block, byte[] receipts, string where)
    {
        var tables = rows.Build(_ => { }).Tables;
        var b = System.Text.Json.JsonElement.Parse(block);
        var r = System.Text.Json.JsonElement.Parse(receipts).EnumerateArray().ToList();
        Assert.True(tables[1].Length == b.GetProperty("transactions").GetArrayLength(), where);
        Assert.True(tables[2].Length == r.Sum(x => x.GetProperty("logs").GetArrayLength()), where);
        IEnumerable<string> expected;
        try
        {
            expected = [.. ((IEnumerable<IReadOnlyList<string>>)[ExpectedRows.OfBlock(b), .. ExpectedRows.OfTransactions(b, r), .. ExpectedRows.OfLogs(b, r)]).Select(row => string.Join(" | ", row))];
        }
        catch (Exception e) when (e is KeyNotFoundException or FormatException or InvalidOperationException)
        {
            // The other reading knows no missing gas, no capital X and no unknown types: it cannot judge this one.
            return;
        }

        Assert.True(expected.SequenceEqual(tables.SelectMany(ArrowText.Rows)), where);
    }

    private static byte[] Mutate(byte[] source, Random random)
    {
        var text = source.ToList();
        for (var n = random.Next(1, 4); n > 0 && text.Count > 4; n--)
        {
            var at = random.Next(text.Count);
            var length = Math.Min(random.Next(1, 40), text.Count - at);
            switch (random.Next(7))
            {
                case 0: text[at] = (byte)random.Next(256); break;
                case 1: text.RemoveRange(at, length); break;
                case 2: text.InsertRange(at, text.GetRange(at, length)); break;
                case 3: text.RemoveRange(at, text.Count - at); break;
                case 4: text[at] = (byte)"0123456789abcdef\"{}[],:xn\\"[random.Next(26)]; break;
                case 5: text.Insert(at, (byte)"0f\"{[,"[random.Next(6)]); break;
                default:
                    var word = Encoding.UTF8.GetString([.. text]).IndexOf("0x", at, StringComparison.Ordinal);
                    if (word >= 0)
                        text.Insert(word + 2, (byte)"0123456789abcdef"[random.Next(16)]);
                    break;
            }
        }

        return [.. text];
    }
}
