using System.Text;
using System.Text.Json;
using Amp.Server.JsonLines;
using Apache.Arrow;

namespace Amp.Ctl.Querying;

/// <summary>The values of rows as text, as their JSON has them: bytes in hex, times as RFC 3339, nested values as JSON.</summary>
internal sealed class RowTexts(Schema schema)
{
    private readonly JsonLinesEncoder _encoder = new(schema);
    private readonly byte[][] _names = [.. schema.FieldsList.Select(f => Encoding.UTF8.GetBytes(f.Name))];

    /// <param name="batch">The rows.</param>
    /// <param name="take">Takes each: a text a column, null for null. The array is used again for the next.</param>
    public void Each(RecordBatch batch, Action<string?[]> take)
    {
        var row = new string?[_names.Length];
        using var lines = _encoder.Encode(batch);
        var left = lines.Bytes.Span;
        while (!left.IsEmpty)
        {
            var end = left.IndexOf((byte)'\n');
            Read(left[..end], row);
            take(row);
            left = left[(end + 1)..];
        }
    }

    private void Read(ReadOnlySpan<byte> line, string?[] row)
    {
        System.Array.Clear(row);
        var json = new Utf8JsonReader(line);
        var column = 0;
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            // Nulls are left out, the rest is in the order of the columns, of which two may have the same name.
            while (!json.ValueTextEquals(_names[column]))
                column++;
            json.Read();
            var start = (int)json.TokenStartIndex;
            if (json.TokenType == JsonTokenType.String)
            {
                row[column++] = json.GetString();
                continue;
            }

            json.Skip();
            row[column++] = Encoding.UTF8.GetString(line[start..(int)json.BytesConsumed]);
        }
    }
}
