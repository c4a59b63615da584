using Apache.Arrow;
using static Amp.Chains.Evm.Tables.EvmTypes;

namespace Amp.Chains.Evm.Tables;

/// <summary>One row a log, numbered over the whole block.</summary>
internal static class LogsTable
{
    public static Schema Schema { get; } = new(
        [
            Required(EvmTables.BlockNumColumn, U64),
            Required("block_hash", Word),
            Required("block_num", U64),
            Required("timestamp", Timestamp),
            Required("tx_hash", Word),
            Required("tx_index", U32),
            Required("log_index", U32),
            Required("address", Address),
            Optional("topic0", Word),
            Optional("topic1", Word),
            Optional("topic2", Word),
            Optional("topic3", Word),
            Required("data", Bytes),
        ],
        metadata: null);
}
