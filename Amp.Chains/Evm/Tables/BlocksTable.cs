using System.Buffers.Binary;
using Amp.Chains.Evm.Json;
using Amp.Chains.Rows;
using Amp.Shared.Chain;
using Apache.Arrow;
using static Amp.Chains.Evm.Tables.EvmTypes;

namespace Amp.Chains.Evm.Tables;

/// <summary>One row a block: its header.</summary>
internal sealed class BlocksTable : IDisposable
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

    private readonly BlockColumns _block = new();
    private readonly FixedColumn _parentHash = EvmColumns.Word();
    private readonly FixedColumn _ommersHash = EvmColumns.Word();
    private readonly FixedColumn _miner = EvmColumns.Address();
    private readonly FixedColumn _stateRoot = EvmColumns.Word();
    private readonly FixedColumn _transactionsRoot = EvmColumns.Word();
    private readonly FixedColumn _receiptRoot = EvmColumns.Word();
    private readonly BytesColumn _logsBloom = EvmColumns.Bytes();
    private readonly FixedColumn _difficulty = EvmColumns.Wei();
    private readonly FixedColumn _totalDifficulty = EvmColumns.Wei(nullable: true);
    private readonly FixedColumn _gasLimit = EvmColumns.U64();
    private readonly FixedColumn _gasUsed = EvmColumns.U64();
    private readonly BytesColumn _extraData = EvmColumns.Bytes();
    private readonly FixedColumn _mixHash = EvmColumns.Word();
    private readonly FixedColumn _nonce = EvmColumns.U64();
    private readonly FixedColumn _baseFeePerGas = EvmColumns.Wei(nullable: true);
    private readonly FixedColumn _withdrawalsRoot = EvmColumns.Word(nullable: true);
    private readonly FixedColumn _blobGasUsed = EvmColumns.U64(nullable: true);
    private readonly FixedColumn _excessBlobGas = EvmColumns.U64(nullable: true);
    private readonly FixedColumn _parentBeaconRoot = EvmColumns.Word(nullable: true);
    private readonly FixedColumn _requestsHash = EvmColumns.Word(nullable: true);

    public BlocksTable() => Rows = new TableRows(
        Schema,
        _block.Key,
        _block.Number,
        _block.Timestamp,
        _block.Hash,
        _parentHash,
        _ommersHash,
        _miner,
        _stateRoot,
        _transactionsRoot,
        _receiptRoot,
        _logsBloom,
        _difficulty,
        _totalDifficulty,
        _gasLimit,
        _gasUsed,
        _extraData,
        _mixHash,
        _nonce,
        _baseFeePerGas,
        _withdrawalsRoot,
        _blobGasUsed,
        _excessBlobGas,
        _parentBeaconRoot,
        _requestsHash);

    public TableRows Rows { get; }

    public void Append(in HeaderJson json, FieldReader fields, in BlockHeader header, long timestampNanos)
    {
        _parentHash.Append(header.ParentHash);
        _ommersHash.Bytes(fields, json.OmmersHash, "sha3Uncles");
        _miner.Bytes(fields, json.Miner, "miner");
        _stateRoot.Bytes(fields, json.StateRoot, "stateRoot");
        _transactionsRoot.Bytes(fields, json.TransactionsRoot, "transactionsRoot");
        _receiptRoot.Bytes(fields, json.ReceiptsRoot, "receiptsRoot");
        fields.Data(json.LogsBloom, "logsBloom", _logsBloom);
        _difficulty.Wei(fields, json.Difficulty, "difficulty");
        _totalDifficulty.WeiOrNull(fields, json.TotalDifficulty, "totalDifficulty");
        _gasLimit.Append(fields.U64OrZero(json.GasLimit, "gasLimit"));
        _gasUsed.Append(fields.U64OrZero(json.GasUsed, "gasUsed"));
        fields.Data(json.ExtraData, "extraData", _extraData);
        _mixHash.BytesOrZero(fields, json.MixHash, "mixHash");
        _nonce.Append(Nonce(json.Nonce, fields));
        _baseFeePerGas.WeiOrNull(fields, json.BaseFeePerGas, "baseFeePerGas");
        _withdrawalsRoot.BytesOrNull(fields, json.WithdrawalsRoot, "withdrawalsRoot");
        _blobGasUsed.U64OrNull(fields, json.BlobGasUsed, "blobGasUsed");
        _excessBlobGas.U64OrNull(fields, json.ExcessBlobGas, "excessBlobGas");
        _parentBeaconRoot.BytesOrNull(fields, json.ParentBeaconBlockRoot, "parentBeaconBlockRoot");
        _requestsHash.BytesOrNull(fields, json.RequestsHash, "requestsHash");
        _block.Append(header, timestampNanos, rows: 1);
    }

    public void Dispose() => Rows.Dispose();

    /// <summary>Eight bytes, of which the first is the most significant.</summary>
    private static ulong Nonce(ReadOnlySpan<byte> text, FieldReader fields)
    {
        if (text.IsEmpty)
            return 0;
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        fields.Bytes(text, "nonce", bytes);
        return BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }
}
