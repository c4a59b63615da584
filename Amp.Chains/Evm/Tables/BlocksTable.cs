using Apache.Arrow;
using static Amp.Chains.Evm.Tables.EvmTypes;

namespace Amp.Chains.Evm.Tables;

/// <summary>One row a block: its header.</summary>
internal static class BlocksTable
{
    public static Schema Schema { get; } = new(
        [
            Required(EvmTables.BlockNumColumn, U64),
            Required("block_num", U64),
            Required("timestamp", Timestamp),
            Required("hash", Word),
            Required("parent_hash", Word),
            Required("ommers_hash", Word),
            Required("miner", Address),
            Required("state_root", Word),
            Required("transactions_root", Word),
            Required("receipt_root", Word),
            Required("logs_bloom", Bytes),
            Required("difficulty", Wei),
            Optional("total_difficulty", Wei),
            Required("gas_limit", U64),
            Required("gas_used", U64),
            Required("extra_data", Bytes),
            Required("mix_hash", Word),
            Required("nonce", U64),
            Optional("base_fee_per_gas", Wei),
            Optional("withdrawals_root", Word),
            Optional("blob_gas_used", U64),
            Optional("excess_blob_gas", U64),
            Optional("parent_beacon_root", Word),
            Optional("requests_hash", Word),
        ],
        metadata: null);
}
