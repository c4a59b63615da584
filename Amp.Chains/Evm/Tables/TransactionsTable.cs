using Apache.Arrow;
using Apache.Arrow.Types;
using static Amp.Chains.Evm.Tables.EvmTypes;

namespace Amp.Chains.Evm.Tables;

/// <summary>One row a transaction, with what its receipt says of it.</summary>
internal static class TransactionsTable
{
    /// <summary>An address and the storage slots of it that a transaction announces (EIP-2930).</summary>
    public static StructType AccessListEntry { get; } = new([Required("address", Address), Required("storage_keys", ListOf(Word))]);

    /// <summary>A signed wish of an account to run another's code (EIP-7702).</summary>
    public static StructType Authorization { get; } = new(
    [
        Required("chain_id", U64),
        Required("address", Address),
        Required("nonce", U64),
        Required("y_parity", Bool),
        Required("r", Word),
        Required("s", Word),
    ]);

    public static Schema Schema { get; } = new(
        [
            Required(EvmTables.BlockNumColumn, U64),
            Required("block_hash", Word),
            Required("block_num", U64),
            Required("timestamp", Timestamp),
            Required("tx_index", U32),
            Required("tx_hash", Word),
            Optional("to", Address),
            Required("nonce", U64),
            Optional("gas_price", Wei),
            Required("gas_limit", U64),
            Required("value", Text),
            Required("input", Bytes),
            Required("r", Word),
            Required("s", Word),
            Required("v_parity", Bool),
            Optional("chain_id", U64),
            Required("gas_used", U64),
            Required("type", I32),
            Optional("max_fee_per_gas", Wei),
            Optional("max_priority_fee_per_gas", Wei),
            Optional("max_fee_per_blob_gas", Wei),
            Required("from", Address),
            Required("status", Bool),
            Optional("state_root", Word),
            Optional("access_list", ListOf(AccessListEntry)),
            Optional("blob_versioned_hashes", ListOf(Word)),
            Optional("authorization_list", ListOf(Authorization)),
            Optional("cumulative_gas_used", U64),
            Optional("effective_gas_price", Wei),
            Optional("contract_address", Address),
        ],
        metadata: null);
}
