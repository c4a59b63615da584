using System.Buffers;
using System.Text;
using Apache.Arrow;

namespace Amp.Ctl.Querying;

/// <summary>CSV as RFC 4180 has it, with a line of names; a null is an empty field, an empty text one in quotes.</summary>
internal sealed class CsvRows : IRowFormat
{
    private static readonly SearchValues<char> _toQuote = SearchValues.Create(",\"\r\n");

    private readonly RowTexts _texts;
    private readonly StreamWriter _writer;

    public CsvRows(Schema schema, Stream stream, bool leaveOpen)
    {
        _texts = new RowTexts(schema);
        _writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), bufferSize: 64 << 10, leaveOpen) { NewLine = "\n" };
        WriteLine([.. schema.FieldsList.Select(f => f.Name)]);
    }

    public async Task WriteAsync(RecordBatch batch, CancellationToken ct)
    {
        _texts.Each(batch, WriteLine);
        await _writer.FlushAsync(ct);
    }

    public Task EndAsync(CancellationToken ct) => _writer.FlushAsync(ct);

    public void Dispose() => _writer.Dispose();

    private void WriteLine(string?[] fields)
    {
        for (var i = 0; i < fields.Length; i++)
        {
            if (i > 0)
                _writer.Write(',');
            if (fields[i] is { } text)
                _writer.Write(text.Length > 0 && text.AsSpan().IndexOfAny(_toQuote) < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
        }

        _writer.WriteLine();
    }
}
