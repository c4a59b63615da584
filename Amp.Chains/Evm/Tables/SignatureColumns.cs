using Amp.Chains.Evm.Json;
using Amp.Chains.Rows;

namespace Amp.Chains.Evm.Tables;

/// <summary>A transaction's signature and the chain it was signed for.</summary>
internal sealed class SignatureColumns
{
    private const uint UnprotectedV = 27;
    private const uint ProtectedV = 35;

    public FixedColumn R { get; } = EvmColumns.Word();

    public FixedColumn S { get; } = EvmColumns.Word();

    public BoolColumn Parity { get; } = EvmColumns.Bool();

    public FixedColumn ChainId { get; } = EvmColumns.U64(nullable: true);

    public void Append(in TransactionJson json, FieldReader fields, TransactionType type)
    {
        AppendWord(R, json.R, "r", fields, type);
        AppendWord(S, json.S, "s", fields, type);
        if (type.IsLegacy)
        {
            AppendLegacy(json.V, fields);
            return;
        }

        ChainId.U64OrNull(fields, json.ChainId, "chainId");
        var hasParity = !json.YParity.IsEmpty;
        var text = hasParity ? json.YParity : json.V;
        var name = hasParity ? "yParity" : "v";
        if (!type.IsKnown && text.IsEmpty)
        {
            Parity.Append(false);
            return;
        }

        var parity = fields.U128(text, name);
        if (parity > 1 && type.IsKnown)
            throw fields.Bad(name, text, "is neither 0x0 nor 0x1");
        Parity.Append(parity == 1);
    }

    /// <summary>Legacy transactions carry the parity, and since EIP-155 the chain, in <c>v</c>.</summary>
    private void AppendLegacy(ReadOnlySpan<byte> text, FieldReader fields)
    {
        var v = fields.U128(text, "v");
        if (v >= ProtectedV)
        {
            var chain = (v - ProtectedV) / 2;
            Parity.Append(((v - ProtectedV) & 1) == 1);
            ChainId.Append(chain <= ulong.MaxValue ? (ulong)chain : throw fields.Bad("v", text, "holds a chain id that does not fit in 64 bits"));
            return;
        }

        // 0 and 1 are what nodes print for system transactions that nobody signed, and for accounts they impersonate.
        var parity = v >= UnprotectedV ? v - UnprotectedV : v;
        Parity.Append(parity <= 1 ? parity == 1 : throw fields.Bad("v", text, "is none of 0, 1, 27, 28 and at least 35"));
        ChainId.AppendNull();
    }

    private static void AppendWord(FixedColumn column, ReadOnlySpan<byte> text, string field, FieldReader fields, TransactionType type)
    {
        if (text.IsEmpty && !type.IsKnown)
            column.AppendZero();
        else
            fields.Word(text, field, column.Append());
    }
}
