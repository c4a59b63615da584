using System.Text.Json;
using Amp.Chains.Evm.Json;
using Amp.Chains.Rows;
using Apache.Arrow.Types;
using static Amp.Chains.Evm.Tables.EvmTypes;

namespace Amp.Chains.Evm.Tables;

/// <summary>Signed wishes of accounts to run another's code (EIP-7702); null where the node names no list.</summary>
internal sealed class AuthorizationListColumn
{
    private const string Field = "authorizationList";

    private static readonly StructType _authorization = new(
    [
        Required("chain_id", U64),
        Required("address", Address),
        Required("nonce", U64),
        Required("y_parity", Bool),
        Required("r", Word),
        Required("s", Word),
    ]);

    private readonly FixedColumn _chainId = EvmColumns.U64();
    private readonly FixedColumn _address = EvmColumns.Address();
    private readonly FixedColumn _nonce = EvmColumns.U64();
    private readonly BoolColumn _parity = EvmColumns.Bool();
    private readonly FixedColumn _r = EvmColumns.Word();
    private readonly FixedColumn _s = EvmColumns.Word();

    public AuthorizationListColumn() =>
        Column = new ListColumn(ListType, new StructColumn(_authorization, _chainId, _address, _nonce, _parity, _r, _s), nullable: true);

    public static ListType ListType { get; } = ListOf(_authorization);

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
        {
            if (json.TokenType != JsonTokenType.StartObject)
                throw fields.Fault(Field, $"an object is needed where a {json.TokenType} stands");
            ReadOne(ref json, fields);
        }

        Column.Close();
    }

    private void ReadOne(scoped ref Utf8JsonReader json, FieldReader fields)
    {
        ReadOnlySpan<byte> chainId = default, address = default, nonce = default, parity = default, v = default, r = default, s = default;
        while (json.NextName(out var name))
        {
            if (name.SequenceEqual("chainId"u8))
                chainId = fields.Text(ref json, Field);
            else if (name.SequenceEqual("address"u8))
                address = fields.Text(ref json, Field);
            else if (name.SequenceEqual("nonce"u8))
                nonce = fields.Text(ref json, Field);
            else if (name.SequenceEqual("yParity"u8))
                parity = fields.Text(ref json, Field);
            else if (name.SequenceEqual("v"u8))
                v = fields.Text(ref json, Field);
            else if (name.SequenceEqual("r"u8))
                r = fields.Text(ref json, Field);
            else if (name.SequenceEqual("s"u8))
                s = fields.Text(ref json, Field);
            else
                json.SkipValue();
        }

        _chainId.U64(fields, chainId, $"{Field}.chainId");
        _address.Bytes(fields, address, $"{Field}.address");
        _nonce.U64(fields, nonce, $"{Field}.nonce");
        _parity.Append(Parity(parity.IsEmpty ? v : parity, fields));
        fields.Word(r, $"{Field}.r", _r.Append());
        fields.Word(s, $"{Field}.s", _s.Append());
    }

    private static bool Parity(ReadOnlySpan<byte> text, FieldReader fields) => fields.U64(text, $"{Field}.yParity") switch
    {
        0 => false,
        1 => true,
        _ => throw fields.Bad($"{Field}.yParity", text, "is neither 0x0 nor 0x1"),
    };
}
