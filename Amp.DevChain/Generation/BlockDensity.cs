namespace Amp.DevChain.Generation;

/// <summary>How many transactions and logs blocks hold: a quarter around the mean, and now and then none.</summary>
internal sealed class BlockDensity(DevChainSettings settings)
{
    /// <summary>One block in so many is empty.</summary>
    public const int EmptyEvery = 32;

    public static bool IsEmpty(ulong number, ulong key) => number == 0 || SeededRandom.Key(key, 0xE) % EmptyEvery == 0;

    public int Transactions(SeededRandom random) => Around(settings.TransactionsPerBlock, random);

    public int Logs(SeededRandom random) => Around(settings.LogsPerBlock, random);

    private static int Around(int mean, SeededRandom random) => mean switch
    {
        0 => 0,
        < 4 => random.Between(1, mean),
        _ => Math.Min(random.Between(mean - mean / 4, mean + mean / 4), DevChainSettings.MaxLogsPerBlock),
    };
}
