using System.Text.Json;

namespace Amp.TestKit.Ethereum;

/// <summary>Roots of a block, recomputed from its JSON.</summary>
public static class BlockRoots
{
    public static byte[] OfTransactions(JsonElement block) =>
        MerkleTrie.RootOfList([.. block.Items("transactions").Select(TransactionEncoding.Encode)]);

    public static byte[] OfReceipts(IEnumerable<JsonElement> receipts) =>
        MerkleTrie.RootOfList([.. receipts.Select(ReceiptEncoding.Encode)]);

    public static byte[] OfWithdrawals(JsonElement block) =>
        MerkleTrie.RootOfList([.. block.Items("withdrawals").Select(withdrawal => Rlp.List(
            Rlp.Number(withdrawal.Number("index")),
            Rlp.Number(withdrawal.Number("validatorIndex")),
            Rlp.Bytes(withdrawal.Bytes("address")),
            Rlp.Number(withdrawal.Number("amount"))))]);
}
