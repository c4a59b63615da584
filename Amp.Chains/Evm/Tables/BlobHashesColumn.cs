using System.Text.Json;
using Amp.Chains.Evm.Json;
using Amp.Chains.Rows;

namespace Amp.Chains.Evm.Tables;

/// <summary>The hashes of the blobs that a transaction pays for (EIP-4844); null where the node names no list.</summary>
internal sealed class BlobHashesColumn
{
    private readonly FixedColumn _hash = EvmColumns.Word();

    public BlobHashesColumn() => Column = EvmColumns.ListOf(_hash, nullable: true);

    public ListColumn Column { get; }

    public void Append(ReadOnlySpan<byte> list, FieldReader fields)
    {
        if (list.IsEmpty)
        {
            Column.AppendNull();
            return;
        }

        var json = new Utf8JsonReader(list);
        json.Read();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
            _hash.Bytes(fields, fields.Value(ref json, "blobVersionedHashes"), "blobVersionedHashes");
        Column.Close();
    }
}
