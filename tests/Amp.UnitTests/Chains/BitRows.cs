using Amp.Chains.Rows;
using Apache.Arrow;

namespace Amp.UnitTests.Chains;

/// <summary>Bits of columns: written only where one of them is zero, and right whatever the order of what happens to them.</summary>
public sealed class BitRows
{
    [Fact]
    public void Random_bits_come_out_as_they_went_in()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.SendDiagnosticMessage($"seed {seed}");
        var random = new Random(seed);
        using var bits = new BitBuffer();
        for (var round = 0; round < 200; round++)
        {
            var expected = new List<bool>();
            var ones = random.NextDouble() < 0.5 ? 1 : random.NextDouble();
            for (var i = random.Next(300); i > 0; i--)
            {
                expected.Add(random.NextDouble() < ones);
                bits.Append(expected[^1]);
                if (random.Next(40) == 0)
                    Truncate(random.Next(expected.Count + 1));
            }

            Assert.True(expected.Count == bits.Count && expected.Count(b => !b) == bits.Zeros, $"seed {seed}, round {round}");
            var written = bits.ToArrow();
            for (var i = 0; i < expected.Count; i++)
                Assert.True(expected[i] == bits[i] && expected[i] == BitUtility.GetBit(written.Span, i), $"seed {seed}, round {round}, bit {i}");
            bits.Clear(keep: random.Next(64));

            void Truncate(int count)
            {
                expected.RemoveRange(count, expected.Count - count);
                bits.Truncate(count);
            }
        }
    }
}
