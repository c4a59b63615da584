namespace Amp.DevChain.Encoding;

/// <summary>What the JSON of a header has beside its body; all zero in a template of the load grade.</summary>
internal sealed record HeaderFields(
    byte[] Hash, byte[] ParentHash, byte[] TransactionsRoot, byte[] ReceiptsRoot, byte[] WithdrawalsRoot, int Size)
{
    public static HeaderFields Unknown(int size) =>
        new(new byte[32], new byte[32], new byte[32], new byte[32], new byte[32], size);
}
