using Amp.Shared.Chain;

namespace Amp.Chains.Evm.Json;

/// <summary>The hashes of a block's transactions, to ask for their receipts one by one.</summary>
internal static class TransactionHashes
{
    public static Hash32[] Read(ulong number, ReadOnlySpan<byte> block)
    {
        var fields = new FieldReader { Block = number };
        var hashes = new List<Hash32>();
        var json = JsonCursor.Over(block);
        json.StartObject(fields, "result", "a block");
        while (json.NextName(out var name))
        {
            if (name.SequenceEqual("transactions"u8))
                ReadList(ref json, fields, hashes);
            else
                json.SkipValue();
        }

        return [.. hashes];
    }

    private static void ReadList(ref JsonCursor json, FieldReader fields, List<Hash32> hashes)
    {
        json.StartList(fields, "transactions");
        fields.List = "transactions";
        for (fields.Index = 0; json.NextObject(fields, "a whole transaction"); fields.Index++)
        {
            var transaction = new TransactionJson();
            transaction.Read(ref json, fields);
            hashes.Add(fields.Hash(transaction.Hash, "hash"));
        }

        fields.List = null;
    }
}
