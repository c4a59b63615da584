using Amp.DevChain.Ethereum;

namespace Amp.DevChain.Generation;

/// <summary>Signs the transactions of a body and computes its roots.</summary>
internal sealed class BodySealer(Senders senders)
{
    public SealedBody Seal(BlockBody body)
    {
        var transactions = new Transaction[body.Transactions.Length];
        var encodedTransactions = new byte[transactions.Length][];
        var encodedReceipts = new byte[transactions.Length][];
        for (var i = 0; i < transactions.Length; i++)
        {
            var authorized = body.Transactions[i] with
            {
                Authorizations = [.. body.Transactions[i].Authorizations.Select(Sign)],
            };
            var signed = authorized with
            {
                Signature = senders.Sign(authorized.Sender, Keccak256.Hash(WireForm.Transaction(authorized, signed: false))),
            };
            encodedTransactions[i] = WireForm.Transaction(signed, signed: true);
            encodedReceipts[i] = WireForm.Receipt(signed.Type, body.Receipts[i]);
            transactions[i] = signed with { Hash = Keccak256.Hash(encodedTransactions[i]) };
        }

        var withdrawals = body.Withdrawals.Select(WireForm.Withdrawal).ToArray();
        return new SealedBody(
            body with { Transactions = transactions },
            ListTrie.Root(encodedTransactions),
            ListTrie.Root(encodedReceipts),
            ListTrie.Root(withdrawals),
            // In a block's body a typed transaction is a byte string, a legacy one a list as it is.
            encodedTransactions.Select((bytes, i) => transactions[i].Type == 0 ? bytes.Length : WireForm.SizeOfBytes(bytes.Length)).Sum(),
            withdrawals.Sum(bytes => bytes.Length));
    }

    private Authorization Sign(Authorization authorization) => authorization with
    {
        Signature = senders.Sign(authorization.Authority, WireForm.AuthorizationHash(authorization)),
    };
}
