namespace Amp.DevChain.Generation;

/// <summary>Makes transactions, unsigned, that pay at least what their block asks.</summary>
internal sealed class TransactionGenerator(DevChainSettings settings, Senders senders, Contracts contracts)
{
    /// <summary>Nonces of one block start this far above those of the block before, so that no sender ever repeats one.</summary>
    public const ulong NoncesPerBlock = 4096;

    public const int MaxBlobsPerBlock = 9;

    private static readonly byte[] TransferCall = [0xa9, 0x05, 0x9c, 0xbb];
    private static readonly byte[] SwapCall = [0x38, 0xed, 0x17, 0x39];

    // push1 0, push1 0, return, and padding: creation code that deploys nothing, of any length.
    private static readonly byte[] CreationCode = [0x60, 0x00, 0x60, 0x00, 0xf3];

    public Transaction Make(ulong number, int index, UInt128 baseFee, UInt128 blobBaseFee, int blobsLeft, SeededRandom random)
    {
        var type = Type(blobsLeft, random);
        var sender = random.Below(senders.Count);
        var (to, input) = Action(type, random);
        var isTransfer = input.Length == 0;
        var priority = 1_000_000UL + (ulong)random.Below(2_000_000_000);
        var blobs = type == 3 ? random.Between(1, Math.Min(3, blobsLeft)) : 0;
        return new Transaction
        {
            Type = type,
            ChainId = type == 0 && random.Chance(12) ? null : settings.ChainId,
            Sender = sender,
            From = senders.Address(sender),
            Nonce = number * NoncesPerBlock + (ulong)index,
            GasLimit = 0,
            GasPrice = type < 2 ? baseFee + priority : 0,
            MaxFee = type < 2 ? 0 : baseFee * (UInt128)random.Between(1, 3) + (random.Chance(80) ? priority : 0),
            MaxPriorityFee = type < 2 ? 0 : UInt128.Min(priority, baseFee),
            To = to,
            Value = isTransfer || random.Chance(10) ? (UInt128)(random.Next() >> 8) * (UInt128)random.Between(1, 5000) : 0,
            Input = input,
            AccessList = type > 0 ? AccessList(random) : [],
            MaxFeePerBlobGas = type == 3 ? blobBaseFee * (UInt128)random.Between(1, 10) : 0,
            BlobHashes = [.. Enumerable.Repeat(0, blobs).Select(_ => BlobHash(random))],
            Authorizations = type == 4 ? Authorizations(random) : [],
        };
    }

    /// <summary>A call of a token's transfer, which succeeds and may log.</summary>
    public Transaction AsTokenCall(Transaction transaction, SeededRandom random) => transaction with
    {
        To = contracts.Any(random),
        Input = [.. TransferCall, .. contracts.AccountWord(random), .. Contracts.AmountWord(random)],
    };

    private static byte Type(int blobsLeft, SeededRandom random) => random.Below(100) switch
    {
        < 22 => 0,
        < 30 => 1,
        < 84 => 2,
        < 90 when blobsLeft > 0 => 3,
        < 90 => 2,
        _ => 4,
    };

    private (byte[]? To, byte[] Input) Action(byte type, SeededRandom random)
    {
        var choice = random.Below(100);
        return choice switch
        {
            < 30 => (senders.Address(random.Below(senders.Count)), []),
            < 65 => (contracts.Any(random), [.. TransferCall, .. contracts.AccountWord(random), .. Contracts.AmountWord(random)]),
            < 92 => (contracts.Any(random), [.. SwapCall, .. Contracts.Words(random.Between(2, 9), random)]),
            < 96 => (contracts.Any(random), random.Bytes(random.Between(1, 70))),
            _ when type is 3 or 4 => (contracts.Any(random), SwapCall),
            _ => (null, [.. CreationCode, .. random.Bytes(random.Between(60, 300))]),
        };
    }

    private AccessListEntry[] AccessList(SeededRandom random)
    {
        if (random.Chance(70))
            return [];
        var entries = new AccessListEntry[random.Between(1, 3)];
        for (var i = 0; i < entries.Length; i++)
        {
            var address = contracts.Any(random);
            var keys = new byte[random.Below(4)][];
            for (var k = 0; k < keys.Length; k++)
                keys[k] = random.Bytes(32);
            entries[i] = new AccessListEntry(address, keys);
        }

        return entries;
    }

    private static byte[] BlobHash(SeededRandom random)
    {
        var hash = random.Bytes(32);
        hash[0] = 0x01;
        return hash;
    }

    private Authorization[] Authorizations(SeededRandom random)
    {
        var entries = new Authorization[random.Between(1, 3)];
        for (var i = 0; i < entries.Length; i++)
        {
            // Chain 0 stands for any chain.
            entries[i] = new Authorization(
                random.Chance(25) ? 0 : settings.ChainId,
                contracts.Any(random),
                (ulong)random.Below(1000),
                random.Below(senders.Count),
                new Ethereum.Signature(Below(0x7f, random), Below(0x7f, random), random.Chance(50)));
        }

        return entries;
    }

    /// <summary>Stands in for half a signature where nothing is signed: 32 bytes that begin like a low s.</summary>
    public static byte[] Below(byte first, SeededRandom random)
    {
        var bytes = random.Bytes(32);
        bytes[0] = (byte)(0x10 + bytes[0] % (first - 0x10));
        return bytes;
    }
}
