using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Amp.Chains.Evm;
using Amp.Chains.Evm.Rpc;
using Amp.Chains.Rows;
using Amp.TestKit.Nodes;

namespace Amp.Benchmarks.Chains;

/// <summary>Recorded mainnet blocks to columns, beside a reader that walks the same JSON and keeps nothing.</summary>
[BenchmarkCommand("decode", "JSON of mainnet blocks to columns: MB/s beside a bare Utf8JsonReader, bytes allocated a row")]
internal static class DecodeThroughput
{
    private const int Rounds = 5;
    private const long BatchBytes = 16 << 20;

    private static readonly TimeSpan _span = TimeSpan.FromSeconds(1);

    public static Task RunAsync(string[] args)
    {
        var blocks = new[] { RecordedBlock.Mainnet(18_090_206), RecordedBlock.Mainnet(18_090_213) }
            .Select(b => (b.Number, Answers: new BlockAnswers(Text(b.Block), new[] { Text(b.Receipts) }, OneEach: false)))
            .ToArray();
        var bytes = blocks.Sum(b => (long)b.Answers.Block.Length + b.Answers.Receipts.Span[0].Length);
        using var rows = new EvmRows();
        var decoder = new BlockDecoder();
        Console.WriteLine("to columns   walk only   skip only   (MB/s)   ratio to walk   bytes/row");
        for (var round = 0; round < Rounds; round++)
        {
            var count = 0L;
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var decode = Measure(bytes, () =>
            {
                foreach (var (number, answers) in blocks)
                    decoder.Decode(number, answers, null, rows);
                if (rows.ByteCount < BatchBytes)
                    return;
                count += rows.Blocks.Rows.Count + rows.Transactions.Rows.Count + rows.Logs.Rows.Count;
                rows.Clear();
            });
            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            rows.Clear();
            var walk = Measure(bytes, () =>
            {
                foreach (var (_, answers) in blocks)
                {
                    Walk(answers.Block.Span);
                    Walk(answers.Receipts.Span[0].Span);
                }
            });
            var skip = Measure(bytes, () =>
            {
                foreach (var (_, answers) in blocks)
                    _ = JsonSkip.Value(answers.Block.Span, 0) + JsonSkip.Value(answers.Receipts.Span[0].Span, 0);
            });
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{decode,10:F0}{walk,12:F0}{skip,12:F0}{decode / walk,25:F2}{(double)allocated / Math.Max(1, count),12:F2}"));
        }

        return Task.CompletedTask;
    }

    private static double Measure(long bytes, Action act)
    {
        var start = Stopwatch.GetTimestamp();
        var times = 0;
        while (Stopwatch.GetElapsedTime(start) < _span)
        {
            act();
            times++;
        }

        return times * bytes / Stopwatch.GetElapsedTime(start).TotalSeconds / 1e6;
    }

    private static void Walk(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
        }
    }

    private static AnswerText Text(JsonElement json)
    {
        var buffer = new NativeBuffer();
        buffer.Append(JsonSerializer.SerializeToUtf8Bytes(json));
        return new AnswerText(buffer, 0, buffer.Length);
    }
}
