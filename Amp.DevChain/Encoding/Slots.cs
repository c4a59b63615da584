namespace Amp.DevChain.Encoding;

/// <summary>Numbers the holes of a block so that what must agree between block and receipts has one slot.</summary>
internal static class Slots
{
    public const int StateRoot = 1 << 28;
    public const int TransactionsRoot = StateRoot + 1;
    public const int ReceiptsRoot = StateRoot + 2;
    public const int WithdrawalsRoot = StateRoot + 3;
    public const int MixHash = StateRoot + 4;
    public const int ParentBeaconRoot = StateRoot + 5;

    private const int Logs = 1 << 24;

    public static int R(int transaction) => transaction * 8;

    public static int S(int transaction) => transaction * 8 + 1;

    public static int From(int transaction) => transaction * 8 + 2;

    public static int To(int transaction) => transaction * 8 + 3;

    public static int Value(int transaction) => transaction * 8 + 4;

    public static int Input(int transaction) => transaction * 8 + 5;

    public static int Created(int transaction) => transaction * 8 + 6;

    public static int Topic(int log, int index) => Logs + log * 8 + index;

    public static int LogData(int log) => Logs + log * 8 + 4;
}
