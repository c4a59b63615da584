using Microsoft.Extensions.Logging;

namespace Amp.Chains.Evm.Rpc;

internal static partial class RpcLog
{
    [LoggerMessage(2001, LogLevel.Warning, "Provider {Provider} is set aside for {Seconds:0.#} s: {Reason}")]
    public static partial void SetAside(this ILogger logger, string provider, double seconds, string reason);

    [LoggerMessage(2002, LogLevel.Information, "Provider {Provider} answers again")]
    public static partial void Returned(this ILogger logger, string provider);

    [LoggerMessage(2003, LogLevel.Information, "Provider {Provider} knows no eth_getBlockReceipts: receipts are asked for transaction by transaction")]
    public static partial void ReceiptsPerTransaction(this ILogger logger, string provider);

    [LoggerMessage(2004, LogLevel.Debug, "Attempt {Attempt} failed, the next follows in {Milliseconds:0} ms: {Reason}")]
    public static partial void Retry(this ILogger logger, int attempt, double milliseconds, string reason);

    [LoggerMessage(2005, LogLevel.Warning, "Block {Block} is asked for again, attempt {Attempt}: {Reason}")]
    public static partial void BlockRefused(this ILogger logger, ulong block, int attempt, string reason);

    [LoggerMessage(2006, LogLevel.Information, "Provider {Provider} announces new blocks")]
    public static partial void HeadsAnnounced(this ILogger logger, string provider);

    [LoggerMessage(2007, LogLevel.Information, "Provider {Provider} does not announce new blocks and is asked to again after {Seconds:0.#} s: {Reason}")]
    public static partial void HeadsNotAnnounced(this ILogger logger, string provider, double seconds, string reason);
}
