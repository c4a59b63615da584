using Amp.Chains.Evm.Json;
using Amp.Chains.Rows;
using Amp.Shared.Chain;
using Apache.Arrow;
using static Amp.Chains.Evm.Tables.EvmTypes;

namespace Amp.Chains.Evm.Tables;

/// <summary>One row a transaction, with what its receipt says of it.</summary>
internal sealed class TransactionsTable : IDisposable
{
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
            Optional("access_list", AccessListColumn.ListType),
            Optional("blob_versioned_hashes", ListOf(Word)),
            Optional("authorization_list", AuthorizationListColumn.ListType),
            Optional("cumulative_gas_used", U64),
            Optional("effective_gas_price", Wei),
            Optional("contract_address", Address),
        ],
        metadata: null);

    private readonly BlockColumns _block = new();
    private readonly FixedColumn _txIndex = EvmColumns.U32();
    private readonly FixedColumn _txHash = EvmColumns.Word();
    private readonly FixedColumn _to = EvmColumns.Address(nullable: true);
    private readonly FixedColumn _nonce = EvmColumns.U64();
    private readonly FixedColumn _gasPrice = EvmColumns.Wei(nullable: true);
    private readonly FixedColumn _gasLimit = EvmColumns.U64();
    private readonly BytesColumn _value = EvmColumns.Text();
    private readonly BytesColumn _input = EvmColumns.Bytes();
    private readonly SignatureColumns _signature = new();
    private readonly FixedColumn _gasUsed = EvmColumns.U64();
    private readonly FixedColumn _type = EvmColumns.I32();
    private readonly FixedColumn _maxFeePerGas = EvmColumns.Wei(nullable: true);
    private readonly FixedColumn _maxPriorityFeePerGas = EvmColumns.Wei(nullable: true);
    private readonly FixedColumn _maxFeePerBlobGas = EvmColumns.Wei(nullable: true);
    private readonly FixedColumn _from = EvmColumns.Address();
    private readonly BoolColumn _status = EvmColumns.Bool();
    private readonly FixedColumn _stateRoot = EvmColumns.Word(nullable: true);
    private readonly AccessListColumn _accessList = new();
    private readonly BlobHashesColumn _blobVersionedHashes = new();
    private readonly AuthorizationListColumn _authorizationList = new();
    private readonly FixedColumn _cumulativeGasUsed = EvmColumns.U64(nullable: true);
    private readonly FixedColumn _effectiveGasPrice = EvmColumns.Wei(nullable: true);
    private readonly FixedColumn _contractAddress = EvmColumns.Address(nullable: true);

    public TransactionsTable() => Rows = new TableRows(
        Schema,
        _block.Key,
        _block.Hash,
        _block.Number,
        _block.Timestamp,
        _txIndex,
        _txHash,
        _to,
        _nonce,
        _gasPrice,
        _gasLimit,
        _value,
        _input,
        _signature.R,
        _signature.S,
        _signature.Parity,
        _signature.ChainId,
        _gasUsed,
        _type,
        _maxFeePerGas,
        _maxPriorityFeePerGas,
        _maxFeePerBlobGas,
        _from,
        _status,
        _stateRoot,
        _accessList.Column,
        _blobVersionedHashes.Column,
        _authorizationList.Column,
        _cumulativeGasUsed,
        _effectiveGasPrice,
        _contractAddress);

    public TableRows Rows { get; }

    /// <summary>Rows whose block is not complete yet.</summary>
    public int Pending => _txHash.Count - Rows.Count;

    /// <summary>The hash of a transaction of the block that is not complete yet.</summary>
    public ReadOnlySpan<byte> PendingHash(int index) => _txHash[Rows.Count + index];

    /// <summary>What the transaction itself says; its receipt follows with <see cref="AppendReceipt"/>.</summary>
    public void Append(in TransactionJson json, FieldReader fields, uint index)
    {
        var type = TransactionType.Read(json.Type, fields);
        _txIndex.Append(index);
        _txHash.Bytes(fields, json.Hash, "hash");
        _to.BytesOrNull(fields, json.To, "to");
        _nonce.Append(type.IsKnown ? fields.U64(json.Nonce, "nonce") : fields.U64OrZero(json.Nonce, "nonce"));
        _gasLimit.U64(fields, json.Gas, "gas");
        fields.Decimal(json.Value, "value", _value);
        fields.Data(json.Input.IsEmpty ? json.Data : json.Input, "input", _input);
        _signature.Append(json, fields, type);
        _type.Append(type.Value);
        AppendFees(json, fields, type);
        _maxFeePerBlobGas.WeiOrNull(fields, json.MaxFeePerBlobGas, "maxFeePerBlobGas");
        _from.Bytes(fields, json.From, "from");
        _accessList.Append(json.AccessList, fields, type);
        _blobVersionedHashes.Append(json.BlobVersionedHashes, fields);
        _authorizationList.Append(json.AuthorizationList, fields);
    }

    public void AppendReceipt(in ReceiptJson json, FieldReader fields)
    {
        _gasUsed.U64(fields, json.GasUsed, "gasUsed");
        _cumulativeGasUsed.U64OrNull(fields, json.CumulativeGasUsed, "cumulativeGasUsed");
        _effectiveGasPrice.WeiOrNull(fields, json.EffectiveGasPrice, "effectiveGasPrice");
        _contractAddress.BytesOrNull(fields, json.ContractAddress, "contractAddress");
        if (json.Status.IsEmpty && !json.Root.IsEmpty)
        {
            // Before Byzantium a receipt held the state after the transaction, and not whether it succeeded.
            _status.Append(true);
            _stateRoot.Bytes(fields, json.Root, "root");
            return;
        }

        var status = fields.U64(json.Status, "status");
        _status.Append(status <= 1 ? status == 1 : throw fields.Bad("status", json.Status, "is neither 0x0 nor 0x1"));
        _stateRoot.AppendNull();
    }

    public void CompleteBlock(in BlockHeader header, long timestampNanos) => _block.Append(header, timestampNanos, Pending);

    public void Dispose() => Rows.Dispose();

    private void AppendFees(in TransactionJson json, FieldReader fields, TransactionType type)
    {
        if (type.HasGasPrice)
        {
            var price = fields.Wei(json.GasPrice, "gasPrice");
            _gasPrice.Append(price);
            _maxFeePerGas.Append(price);
            _maxPriorityFeePerGas.AppendNull();
            return;
        }

        _gasPrice.AppendNull();
        if (json.MaxFeePerGas.IsEmpty && !type.IsKnown)
            _maxFeePerGas.AppendZero();
        else
            _maxFeePerGas.Wei(fields, json.MaxFeePerGas, "maxFeePerGas");
        _maxPriorityFeePerGas.WeiOrNull(fields, json.MaxPriorityFeePerGas, "maxPriorityFeePerGas");
    }
}
