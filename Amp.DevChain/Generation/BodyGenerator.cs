using Amp.DevChain.Ethereum;

namespace Amp.DevChain.Generation;

/// <summary>Makes the body of a block from seed, fork and number, and from nothing else.</summary>
internal sealed class BodyGenerator
{
    private const ulong UsualGasLimit = 36_000_000;

    private readonly DevChainSettings _settings;
    private readonly BlockDensity _density;
    private readonly Contracts _contracts;
    private readonly TransactionGenerator _transactions;

    public BodyGenerator(DevChainSettings settings, Senders senders)
    {
        _settings = settings;
        _density = new BlockDensity(settings);
        _contracts = new Contracts(settings, senders);
        _transactions = new TransactionGenerator(settings, senders, _contracts);
    }

    public BlockBody Generate(ulong number, uint fork)
    {
        var key = SeededRandom.Key(_settings.Seed ^ SeededRandom.Permute(_settings.ChainId), number, fork);
        return Generate(number, key, BlockDensity.IsEmpty(number, key));
    }

    public BlockBody Generate(ulong number, ulong key, bool empty)
    {
        var random = new SeededRandom(key);
        var baseFee = (UInt128)(5_000_000_000 + random.Next() % 20_000_000_000);
        var excessBlobGas = BlockBody.GasPerBlob * (ulong)random.Below(96);
        var blobBaseFee = BlobBaseFee(excessBlobGas);
        var miner = _contracts.Any(random);
        var extra = random.Chance(10) ? [] : "amp devchain"u8.ToArray();
        var transactions = empty ? [] : Transactions(number, baseFee, blobBaseFee, random);
        var receipts = Receipts(transactions, baseFee, empty ? 0 : _density.Logs(random), random);
        var gasUsed = receipts.Length == 0 ? 0 : receipts[^1].CumulativeGasUsed;
        var bloom = new byte[LogsBloom.Size];
        foreach (var receipt in receipts)
            LogsBloom.Merge(bloom, receipt.Bloom);
        return new BlockBody
        {
            Number = number,
            Timestamp = _settings.GenesisTime + number * _settings.TimestampInterval,
            Miner = miner,
            BaseFee = baseFee,
            ExcessBlobGas = excessBlobGas,
            BlobBaseFee = blobBaseFee,
            GasLimit = Math.Max(1, (gasUsed + UsualGasLimit - 1) / UsualGasLimit) * UsualGasLimit,
            ExtraData = extra,
            StateRoot = random.Bytes(32),
            MixHash = random.Bytes(32),
            ParentBeaconRoot = random.Bytes(32),
            Transactions = transactions.Select((tx, i) => tx with { GasLimit = GasLimit(receipts[i], random) }).ToArray(),
            Receipts = receipts,
            Withdrawals = Withdrawals(number, random),
            Bloom = bloom,
        };
    }

    /// <summary>EIP-4844's price of a blob's gas, with the update fraction of Prague.</summary>
    public static UInt128 BlobBaseFee(ulong excessBlobGas)
    {
        const ulong fraction = 5_007_716;
        UInt128 sum = 0;
        UInt128 term = fraction;
        for (uint i = 1; term > 0; i++)
        {
            sum += term;
            term = term * excessBlobGas / ((UInt128)fraction * i);
        }

        return sum / fraction;
    }

    private Transaction[] Transactions(ulong number, UInt128 baseFee, UInt128 blobBaseFee, SeededRandom random)
    {
        var transactions = new Transaction[_density.Transactions(random)];
        var blobsLeft = TransactionGenerator.MaxBlobsPerBlock;
        for (var i = 0; i < transactions.Length; i++)
        {
            transactions[i] = _transactions.Make(number, i, baseFee, blobBaseFee, blobsLeft, random);
            blobsLeft -= transactions[i].BlobHashes.Length;
        }

        // Logs need someone to write them, also in a block of one transaction.
        if (_settings.LogsPerBlock > 0 && transactions.Length > 0 && !transactions.Any(MayLog))
            transactions[0] = _transactions.AsTokenCall(transactions[0], random);
        return transactions;
    }

    private Receipt[] Receipts(Transaction[] transactions, UInt128 baseFee, int logCount, SeededRandom random)
    {
        var succeeded = new bool[transactions.Length];
        for (var i = 0; i < transactions.Length; i++)
            succeeded[i] = !random.Chance(4);
        var writers = Enumerable.Range(0, transactions.Length).Where(i => MayLog(transactions[i])).ToList();
        if (logCount > 0 && writers.Count > 0 && !writers.Exists(i => succeeded[i]))
            succeeded[writers[0]] = true;
        writers.RemoveAll(i => !succeeded[i]);

        var logs = new int[transactions.Length];
        for (var i = 0; i < logCount && writers.Count > 0; i++)
            logs[writers[random.Below(writers.Count)]]++;

        var receipts = new Receipt[transactions.Length];
        ulong cumulative = 0;
        var firstLog = 0;
        for (var i = 0; i < receipts.Length; i++)
        {
            var tx = transactions[i];
            var gasUsed = 21_000UL + 12UL * (ulong)tx.Input.Length + 2_200UL * (ulong)logs[i]
                + 25_000UL * (ulong)tx.Authorizations.Length + (ulong)(tx.Input.Length == 0 ? 0 : random.Below(60_000));
            cumulative += gasUsed;
            receipts[i] = Receipt(tx, succeeded[i], gasUsed, cumulative, baseFee, logs[i], firstLog, random);
            firstLog += logs[i];
        }

        return receipts;
    }

    private Receipt Receipt(
        Transaction tx, bool succeeded, ulong gasUsed, ulong cumulative, UInt128 baseFee, int logCount, int firstLog, SeededRandom random)
    {
        var logs = new Log[logCount];
        var bloom = new byte[LogsBloom.Size];
        for (var i = 0; i < logCount; i++)
        {
            logs[i] = _contracts.Log(random);
            LogsBloom.Add(bloom, logs[i].Address);
            foreach (var topic in logs[i].Topics)
                LogsBloom.Add(bloom, topic);
        }

        return new Receipt
        {
            Succeeded = succeeded,
            GasUsed = gasUsed,
            CumulativeGasUsed = cumulative,
            EffectiveGasPrice = tx.Type < 2 ? tx.GasPrice : UInt128.Min(tx.MaxFee, baseFee + tx.MaxPriorityFee),
            ContractAddress = tx.To is null ? Created(tx) : null,
            Logs = logs,
            FirstLogIndex = firstLog,
            Bloom = bloom,
        };
    }

    private static byte[] Created(Transaction tx)
    {
        var writer = new RlpWriter();
        writer.Number(tx.Nonce);
        writer.Bytes(tx.From);
        writer.CloseList(0);
        return Keccak256.Hash(writer.Written)[12..];
    }

    private static bool MayLog(Transaction tx) => tx.Input.Length > 0;

    private static ulong GasLimit(Receipt receipt, SeededRandom random) =>
        !receipt.Succeeded && random.Chance(50) ? receipt.GasUsed : receipt.GasUsed + (ulong)random.Below(100_000);

    private static Withdrawal[] Withdrawals(ulong number, SeededRandom random)
    {
        if (number == 0)
            return [];
        var withdrawals = new Withdrawal[random.Below(5)];
        for (var i = 0; i < withdrawals.Length; i++)
            withdrawals[i] = new Withdrawal(number * 16 + (ulong)i, (ulong)random.Below(1_000_000), random.Bytes(20), 10_000_000 + (ulong)random.Below(9_000_000));
        return withdrawals;
    }
}
