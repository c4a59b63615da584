using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Amp.Worker.Materialize.Parquet;

/// <summary>Takes lists and structs apart into their leaves, each value with the levels that tell where it lay.</summary>
internal sealed class Shredder(ParquetNode column, IReadOnlyList<ColumnChunk> chunks)
{
    public void Append(ArrayData data, int start, int count)
    {
        var end = start + count;
        for (var i = start; i < end;)
        {
            // Most transactions have no such list, or an empty one.
            var definition = DefinitionOfAbsent(data, i);
            var next = i + 1;
            while (definition >= 0 && next < end && DefinitionOfAbsent(data, next) == definition)
                next++;
            for (var leaf = column.FirstLeaf; leaf < column.FirstLeaf + column.LeafCount; leaf++)
            {
                if (definition >= 0)
                    chunks[leaf].AppendAbsentRows(definition, next - i);
                else
                    chunks[leaf].NextRow();
            }

            if (definition < 0)
                Append(column, data, i, repetition: 0);
            i = next;
        }
    }

    /// <summary>The definition level of a row without a value in any leaf: null, or an empty list; below zero when it may have one.</summary>
    private int DefinitionOfAbsent(ArrayData data, int index)
    {
        var at = data.Offset + index;
        if (column.IsOptional && !PageBits.IsSet(data.Buffers[0].Span, at))
            return column.Definition - 1;
        if (column.Type is not ListType)
            return -1;
        var offsets = MemoryMarshal.Cast<byte, int>(data.Buffers[1].Span);
        return offsets[at] == offsets[at + 1] ? column.Definition : -1;
    }

    private void Append(ParquetNode node, ArrayData data, int index, int repetition)
    {
        if (node.IsOptional && !PageBits.IsSet(data.Buffers[0].Span, data.Offset + index))
            AppendAbsent(node, repetition, node.Definition - 1);
        else if (node.Type is ListType)
            AppendList(node, data, index, repetition);
        else if (node.Type is StructType)
            AppendFields(node, data, index, repetition);
        else
            chunks[node.FirstLeaf].Append(data, index, repetition, node.Definition);
    }

    private void AppendList(ParquetNode list, ArrayData data, int index, int repetition)
    {
        var offsets = MemoryMarshal.Cast<byte, int>(data.Buffers[1].Span);
        var (start, end) = (offsets[data.Offset + index], offsets[data.Offset + index + 1]);
        if (start == end)
            AppendAbsent(list, repetition, list.Definition);
        for (var i = start; i < end; i++)
            Append(list.Children[0], data.Children[0], i, i == start ? repetition : list.Repetition);
    }

    private void AppendFields(ParquetNode record, ArrayData data, int index, int repetition)
    {
        for (var i = 0; i < record.Children.Count; i++)
            Append(record.Children[i], data.Children[i], data.Offset + index, repetition);
    }

    private void AppendAbsent(ParquetNode node, int repetition, int definition)
    {
        for (var leaf = 0; leaf < node.LeafCount; leaf++)
            chunks[node.FirstLeaf + leaf].AppendAbsent(repetition, definition);
    }
}
