using System.IO.Compression;
using System.Text.Json;
using Amp.TestKit;
using Amp.TestKit.Ethereum;
using Xunit;

namespace Amp.UnitTests.Ethereum;

/// <summary>The test kit's own Ethereum code, held against two real blocks: what it recomputes later is worth as much as this.</summary>
public sealed class MainnetBlockFacts
{
    public static TheoryData<ulong> Numbers => [18090206UL, 18090213UL];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Header_hash_comes_out_of_the_fields(ulong number)
    {
        using var file = Open(number);
        var block = Block(file);
        Assert.Equal(block.GetProperty("hash").GetString(), HexJson.ToHex(HeaderHash.Of(block)));
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Roots_and_bloom_come_out_of_the_bodies(ulong number)
    {
        using var file = Open(number);
        var block = Block(file);
        var receipts = Receipts(file, number);
        Assert.Equal(block.GetProperty("transactionsRoot").GetString(), HexJson.ToHex(BlockRoots.OfTransactions(block)));
        Assert.Equal(block.GetProperty("receiptsRoot").GetString(), HexJson.ToHex(BlockRoots.OfReceipts(receipts)));
        Assert.Equal(block.GetProperty("withdrawalsRoot").GetString(), HexJson.ToHex(BlockRoots.OfWithdrawals(block)));
        Assert.Equal(block.GetProperty("logsBloom").GetString(), HexJson.ToHex(Bloom.OfReceipts(receipts)));
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Every_hash_and_sender_comes_out_of_the_transaction(ulong number)
    {
        using var file = Open(number);
        var transactions = Block(file).GetProperty("transactions").EnumerateArray().ToList();
        Assert.NotEmpty(transactions);
        foreach (var tx in transactions)
        {
            Assert.Equal(tx.GetProperty("hash").GetString(), HexJson.ToHex(TransactionEncoding.Hash(tx)));
            Assert.Equal(tx.GetProperty("from").GetString(), HexJson.ToHex(SenderRecovery.OfTransaction(tx)));
        }
    }

    [Fact]
    public void The_empty_trie_has_its_known_root() => Assert.Equal(
        "0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421",
        HexJson.ToHex(new MerkleTrie().Root()));

    [Fact]
    public void A_small_trie_has_its_published_root()
    {
        var trie = new MerkleTrie();
        foreach (var (key, value) in new[] { ("do", "verb"), ("dog", "puppy"), ("doge", "coin"), ("horse", "stallion") })
            trie.Put(System.Text.Encoding.UTF8.GetBytes(key), System.Text.Encoding.UTF8.GetBytes(value));
        Assert.Equal("0x5991bb8c6514148a29db676a14ac506cd2cd5775ace63c30a4fe457715e9ac84", HexJson.ToHex(trie.Root()));
    }

    private static JsonElement Block(JsonDocument file) => file.RootElement.GetProperty("blocks")[0];

    private static List<JsonElement> Receipts(JsonDocument file, ulong number) =>
        [.. file.RootElement.GetProperty("receipts").GetProperty(number.ToString()).EnumerateArray()];

    private static JsonDocument Open(ulong number)
    {
        var path = SharedData.File($"mainnet-{number}.json.gz");
        using var stream = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        return JsonDocument.Parse(stream);
    }
}
