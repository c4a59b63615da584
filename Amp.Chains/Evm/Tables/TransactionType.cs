using Amp.Chains.Evm.Json;

namespace Amp.Chains.Evm.Tables;

/// <summary>The type of a transaction (EIP-2718).</summary>
/// <param name="Value">0 legacy, 1 access list, 2 dynamic fee, 3 blobs, 4 set code; anything else is another chain's own.</param>
internal readonly record struct TransactionType(int Value)
{
    private const int Legacy = 0;
    private const int AccessList = 1;
    private const int SetCode = 4;

    public bool IsLegacy => Value == Legacy;

    public bool HasGasPrice => Value is Legacy or AccessList;

    public bool IsKnown => Value is >= Legacy and <= SetCode;

    public static TransactionType Read(ReadOnlySpan<byte> text, FieldReader fields)
    {
        // Nodes from before EIP-2718 know no types.
        if (text.IsEmpty)
            return new TransactionType(Legacy);
        var value = fields.U64(text, "type");
        return value <= int.MaxValue ? new TransactionType((int)value) : throw fields.Bad("type", text, "does not fit in 31 bits");
    }
}
