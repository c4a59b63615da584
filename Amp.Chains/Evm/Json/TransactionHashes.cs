using System.Text.Json;
using Amp.Shared.Chain;

namespace Amp.Chains.Evm.Json;

/// <summary>The hashes of a block's transactions, to ask for their receipts one by one.</summary>
internal static class TransactionHashes
{
    public static Hash32[] Read(ulong number, ReadOnlySpan<byte> block)
    {
        var fields = new FieldReader { Block = number };
        var hashes = new List<Hash32>();
        var json = new Utf8JsonReader(block);
        json.Read();
        while (json.NextName(out var name))
        {
            if (name.SequenceEqual("transactions"u8))
                ReadList(ref json, block, fields, hashes);
            else
                json.SkipValue();
        }

        return [.. hashes];
    }

    private static void ReadList(ref Utf8JsonReader json, ReadOnlySpan<byte> source, FieldReader fields, List<Hash32> hashes)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartArray)
            throw fields.Fault("transactions", $"a list is needed where a {json.TokenType} stands");
        fields.List = "transactions";
        for (fields.Index = 0; json.Read() && json.TokenType != JsonTokenType.EndArray; fields.Index++)
        {
            if (json.TokenType != JsonTokenType.StartObject)
                throw fields.Fault("", $"a whole transaction is needed where a {json.TokenType} stands");
            var transaction = new TransactionJson();
            transaction.Read(ref json, source, fields);
            hashes.Add(fields.Hash(transaction.Hash, "hash"));
        }

        fields.List = null;
    }
}
