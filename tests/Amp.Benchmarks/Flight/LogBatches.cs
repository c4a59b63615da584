using System.Runtime.InteropServices;
using Amp.Chains.Evm.Tables;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Amp.Benchmarks.Flight;

/// <summary>Rows shaped like the logs of a busy chain: 300 a block, mostly token transfers, from a seed.</summary>
internal sealed class LogBatches(int seed)
{
    private const int LogsPerBlock = 300;
    private const int LogsPerTransaction = 3;

    private readonly Random _random = new(seed);

    public static Schema Schema { get; } = EvmTables.All.Single(t => t.Name == "logs").Schema;

    /// <summary>Whole blocks: <paramref name="rows"/> is a multiple of 300.</summary>
    public RecordBatch Next(ulong firstBlock, int rows)
    {
        var contracts = Bytes(2000 * 20);
        var signatures = Bytes(200 * 32);
        var people = Bytes(50_000 * 32);
        for (var i = 0; i < people.Length; i += 32)
            people.AsSpan(i, 12).Clear();

        var blocks = Repeat<ulong>(rows, row => firstBlock + (ulong)(row / LogsPerBlock));
        var columns = new Dictionary<string, ArrayData>(StringComparer.Ordinal)
        {
            ["_block_num"] = Plain("_block_num", rows, blocks),
            ["block_num"] = Plain("block_num", rows, blocks),
            ["block_hash"] = Plain("block_hash", rows, Runs(rows, LogsPerBlock, 32)),
            ["timestamp"] = Plain("timestamp", rows, Repeat(rows, row => (1_690_000_000L + (long)firstBlock + row / LogsPerBlock) * 1_000_000_000L)),
            ["tx_hash"] = Plain("tx_hash", rows, Runs(rows, LogsPerTransaction, 32)),
            ["tx_index"] = Plain("tx_index", rows, Repeat(rows, row => (uint)(row % LogsPerBlock / LogsPerTransaction))),
            ["log_index"] = Plain("log_index", rows, Repeat(rows, row => (uint)(row % LogsPerBlock))),
            ["address"] = Plain("address", rows, Chosen(rows, contracts, 20)),
            ["topic0"] = Plain("topic0", rows, Chosen(rows, signatures, 32)),
            ["topic1"] = Nullable("topic1", rows, Chosen(rows, people, 32), nullOf100: 10),
            ["topic2"] = Nullable("topic2", rows, Chosen(rows, people, 32), nullOf100: 20),
            ["topic3"] = Nullable("topic3", rows, Bytes(rows * 32), nullOf100: 90),
            ["data"] = Data(rows),
        };
        return new RecordBatch(Schema, Schema.FieldsList.Select(f => ArrowArrayFactory.BuildArray(columns[f.Name])), rows);
    }

    private static ArrayData Plain<T>(string column, int rows, T[] values)
        where T : unmanaged =>
        new(Type(column), rows, 0, 0, [ArrowBuffer.Empty, Buffer<T>(values)]);

    private ArrayData Nullable(string column, int rows, byte[] values, int nullOf100)
    {
        var valid = new byte[(rows + 7) / 8];
        var nulls = 0;
        for (var row = 0; row < rows; row++)
        {
            if (_random.Next(100) < nullOf100)
                nulls++;
            else
                BitUtility.SetBit(valid, row);
        }

        return new ArrayData(Type(column), rows, nulls, 0, [new ArrowBuffer(valid), new ArrowBuffer(values)]);
    }

    /// <summary>Nine of ten are one amount, the rest up to eight words.</summary>
    private ArrayData Data(int rows)
    {
        var offsets = new int[rows + 1];
        for (var row = 0; row < rows; row++)
            offsets[row + 1] = offsets[row] + 32 * (_random.Next(10) > 0 ? 1 : _random.Next(9));
        var bytes = new byte[offsets[rows]];
        for (var word = 0; word < bytes.Length; word += 32)
            _random.NextBytes(bytes.AsSpan(word + 22, 10));
        return new ArrayData(Type("data"), rows, 0, 0, [ArrowBuffer.Empty, Buffer<int>(offsets), new ArrowBuffer(bytes)]);
    }

    private byte[] Runs(int rows, int length, int width)
    {
        var values = new byte[rows * width];
        for (var row = 0; row < rows; row++)
        {
            var target = values.AsSpan(row * width, width);
            if (row % length == 0)
                _random.NextBytes(target);
            else
                values.AsSpan((row - 1) * width, width).CopyTo(target);
        }

        return values;
    }

    private byte[] Chosen(int rows, byte[] choices, int width)
    {
        var values = new byte[rows * width];
        var count = choices.Length / width;
        for (var row = 0; row < rows; row++)
        {
            // The square makes a few of them frequent, as a few tokens are.
            var share = _random.NextDouble();
            choices.AsSpan((int)(share * share * count) * width, width).CopyTo(values.AsSpan(row * width));
        }

        return values;
    }

    private byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }

    private static T[] Repeat<T>(int rows, Func<int, T> value)
    {
        var values = new T[rows];
        for (var row = 0; row < rows; row++)
            values[row] = value(row);
        return values;
    }

    private static IArrowType Type(string column) => Schema.GetFieldByName(column).DataType;

    private static ArrowBuffer Buffer<T>(ReadOnlySpan<T> values)
        where T : unmanaged =>
        new(MemoryMarshal.AsBytes(values).ToArray());
}
