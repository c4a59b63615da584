using System.Text;
using Amp.Chains.Evm;
using Amp.Chains.Rows;
using Amp.Shared.Chain;
using Amp.TestKit.Arrow;
using Apache.Arrow;

namespace Amp.UnitTests.Chains;

/// <summary>The rows of one block, with their values as text.</summary>
internal sealed class DecodedBlock
{
    private readonly Dictionary<string, string[]>[] _tables;

    private DecodedBlock(IReadOnlyList<RecordBatch> tables)
    {
        _tables = [.. tables.Select(t => t.Schema.FieldsList.Select((f, i) => (f.Name, Values: Enumerable.Range(0, t.Length).Select(r => ArrowText.Value(t.Column(i), r)).ToArray()))
            .ToDictionary(c => c.Name, c => c.Values, StringComparer.Ordinal))];
        Rows = [.. tables.Select(t => ArrowText.Rows(t).ToArray())];
    }

    public IReadOnlyList<string[]> Rows { get; }

    public static DecodedBlock Of(ulong number, string block, string receipts, Hash32? parent = null) =>
        Of(number, Answers(block, receipts), parent);

    public static DecodedBlock OfEach(ulong number, string block, IEnumerable<string> receipts) =>
        Of(number, new BlockAnswers(Text(block), receipts.Select(Text).ToArray(), OneEach: true), null);

    public static BlockAnswers Answers(string block, string receipts) => new(Text(block), new[] { Text(receipts) }, OneEach: false);

    public static AnswerText Text(string json) => Text(Encoding.UTF8.GetBytes(json));

    public static AnswerText Text(ReadOnlySpan<byte> json)
    {
        var buffer = new NativeBuffer();
        buffer.Append(json);
        return new AnswerText(buffer, 0, buffer.Length);
    }

    public string Block(string column) => _tables[0][column][0];

    public string Tx(string column, int row = 0) => _tables[1][column][row];

    public string Log(string column, int row = 0) => _tables[2][column][row];

    private static DecodedBlock Of(ulong number, BlockAnswers answers, Hash32? parent)
    {
        using var rows = new EvmRows();
        new BlockDecoder().Decode(number, answers, parent, rows);
        var built = rows.Build(_ => { });
        return new DecodedBlock(built.Tables);
    }
}
