namespace Amp.DevChain.Generation;

/// <summary>The contracts of a chain and the events they log.</summary>
internal sealed class Contracts
{
    private static readonly byte[] Transfer = Convert.FromHexString("ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef");
    private static readonly byte[] Approval = Convert.FromHexString("8c5be1e5ebec7d5bd14f71427d1e84f3dd0314c0f7b2291e5b200ac8c7c3b925");
    private static readonly byte[] Swap = Convert.FromHexString("c42079f94a6350d7e6235f29174924f928cc2ac818eb64fed8004e115fbcca67");
    private static readonly byte[] Sync = Convert.FromHexString("1c411e9a96e071241c2f21f7726b17ae89e3cab4c78be50e062b03a9fffbbad1");
    private static readonly byte[] Deposit = Convert.FromHexString("e1fffcc4923d04b559f4d29a8bfc6cda04eb5b0d3c460751c2402c5c5cc9109c");

    private readonly byte[][] _addresses;
    private readonly Senders _senders;

    public Contracts(DevChainSettings settings, Senders senders)
    {
        var random = new SeededRandom(SeededRandom.Key(settings.Seed, 0xC0));
        _addresses = [.. Enumerable.Range(0, 256).Select(_ => random.Bytes(20))];
        _senders = senders;
    }

    public byte[] Any(SeededRandom random) => _addresses[random.Below(_addresses.Length)];

    /// <summary>A word as the ABI pads an address.</summary>
    public byte[] AccountWord(SeededRandom random) => [.. new byte[12], .. _senders.Address(random.Below(_senders.Count))];

    /// <summary>An amount: a word whose upper 22 bytes are zero, as amounts of tokens are.</summary>
    public static byte[] AmountWord(SeededRandom random) => [.. new byte[22], .. random.Bytes(10)];

    /// <summary>Logs of 0 to 4 topics, with no data, whole words, or an odd number of bytes.</summary>
    public Log Log(SeededRandom random)
    {
        var address = Any(random);
        var choice = random.Below(100);
        return choice switch
        {
            < 55 => new Log(address, [Transfer, AccountWord(random), AccountWord(random)], AmountWord(random)),
            < 63 => new Log(address, [Approval, AccountWord(random), AccountWord(random)], AmountWord(random)),
            < 71 => new Log(address, [Transfer, AccountWord(random), AccountWord(random), AmountWord(random)], []),
            < 83 => new Log(address, [Swap, AccountWord(random), AccountWord(random)], Words(5, random)),
            < 91 => new Log(address, [Sync], Words(2, random)),
            < 96 => new Log(address, [Deposit, AccountWord(random)], AmountWord(random)),
            _ => new Log(address, [], random.Bytes(random.Below(100))),
        };
    }

    public static byte[] Words(int count, SeededRandom random)
    {
        var words = new byte[32 * count];
        for (var i = 0; i < count; i++)
            AmountWord(random).CopyTo(words, 32 * i);
        return words;
    }
}
