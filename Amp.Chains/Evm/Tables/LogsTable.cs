using Amp.Chains.Evm.Json;
using Amp.Chains.Rows;
using Amp.Shared.Chain;
using Apache.Arrow;
using static Amp.Chains.Evm.Tables.EvmTypes;

namespace Amp.Chains.Evm.Tables;

/// <summary>One row a log, numbered over the whole block.</summary>
internal sealed class LogsTable : IDisposable
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

    private readonly BlockColumns _block = new();
    private readonly FixedColumn _txHash = EvmColumns.Word();
    private readonly FixedColumn _txIndex = EvmColumns.U32();
    private readonly FixedColumn _logIndex = EvmColumns.U32();
    private readonly FixedColumn _address = EvmColumns.Address();
    private readonly FixedColumn _topic0 = EvmColumns.Word(nullable: true);
    private readonly FixedColumn _topic1 = EvmColumns.Word(nullable: true);
    private readonly FixedColumn _topic2 = EvmColumns.Word(nullable: true);
    private readonly FixedColumn _topic3 = EvmColumns.Word(nullable: true);
    private readonly BytesColumn _data = EvmColumns.Bytes();

    public LogsTable() => Rows = new TableRows(
        Schema,
        _block.Key,
        _block.Hash,
        _block.Number,
        _block.Timestamp,
        _txHash,
        _txIndex,
        _logIndex,
        _address,
        _topic0,
        _topic1,
        _topic2,
        _topic3,
        _data);

    public TableRows Rows { get; }

    /// <summary>Rows whose block is not complete yet.</summary>
    public int Pending => _txHash.Count - Rows.Count;

    public void Append(in LogJson json, FieldReader fields, ReadOnlySpan<byte> txHash, uint txIndex, uint logIndex)
    {
        txHash.CopyTo(_txHash.Append());
        _txIndex.Append(txIndex);
        _logIndex.Append(logIndex);
        _address.Bytes(fields, json.Address, "address");
        _topic0.BytesOrNull(fields, json.Topic0, "topics");
        _topic1.BytesOrNull(fields, json.Topic1, "topics");
        _topic2.BytesOrNull(fields, json.Topic2, "topics");
        _topic3.BytesOrNull(fields, json.Topic3, "topics");
        fields.Data(json.Data, "data", _data);
    }

    public void CompleteBlock(in BlockHeader header, long timestampNanos) => _block.Append(header, timestampNanos, Pending);

    public void Dispose() => Rows.Dispose();
}
