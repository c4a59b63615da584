using System.Text.Json;
using Amp.Chains.Evm.Json;
using Amp.Chains.Rows;
using Apache.Arrow.Types;
using static Amp.Chains.Evm.Tables.EvmTypes;

namespace Amp.Chains.Evm.Tables;

/// <summary>The addresses and storage slots that a transaction announces (EIP-2930).</summary>
internal sealed class AccessListColumn
{
    private static readonly StructType _entry = new([Required("address", Address), Required("storage_keys", ListOf(Word))]);

    private readonly FixedColumn _address = EvmColumns.Address();
    private readonly FixedColumn _key = EvmColumns.Word();
    private readonly ListColumn _keys;

    public AccessListColumn()
    {
        _keys = EvmColumns.ListOf(_key);
        Column = new ListColumn(ListType, new StructColumn(_entry, _address, _keys), nullable: true);
    }

    public static ListType ListType { get; } = ListOf(_entry);

    public ListColumn Column { get; }

    /// <summary>Null for a legacy transaction, which can have none; otherwise a list, maybe empty.</summary>
    public void Append(ReadOnlySpan<byte> list, FieldReader fields, TransactionType type)
    {
        if (type.IsLegacy)
        {
            Column.AppendNull();
            return;
        }

        if (!list.IsEmpty)
            Read(list, fields);
        Column.Close();
    }

    private void Read(ReadOnlySpan<byte> list, FieldReader fields)
    {
        var json = new Utf8JsonReader(list);
        json.Read();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType != JsonTokenType.StartObject)
                throw fields.Fault("accessList", $"an object is needed where a {json.TokenType} stands");
            ReadEntry(ref json, list, fields);
        }
    }

    private void ReadEntry(scoped ref Utf8JsonReader json, ReadOnlySpan<byte> source, FieldReader fields)
    {
        ReadOnlySpan<byte> address = default, keys = default;
        while (json.NextName(out var name))
        {
            if (name.SequenceEqual("address"u8))
                address = fields.Text(ref json, "accessList");
            else if (name.SequenceEqual("storageKeys"u8))
                keys = fields.Array(ref json, source, "accessList");
            else
                json.SkipValue();
        }

        _address.Bytes(fields, address, "accessList");
        if (!keys.IsEmpty)
            ReadKeys(keys, fields);
        _keys.Close();
    }

    private void ReadKeys(ReadOnlySpan<byte> list, FieldReader fields)
    {
        var json = new Utf8JsonReader(list);
        json.Read();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
            _key.Bytes(fields, fields.Value(ref json, "accessList"), "accessList");
    }
}
