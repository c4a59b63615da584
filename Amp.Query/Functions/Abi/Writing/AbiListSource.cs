using Amp.Query.Execution;
using DuckDB.NET.Native;

namespace Amp.Query.Functions.Abi.Writing;

/// <summary>Arrays, of a fixed length or of as many elements as there are.</summary>
internal sealed unsafe class AbiListSource : AbiSource
{
    private readonly AbiSource _elements;
    private readonly string _what;

    /// <summary>Null where the engine's own type fixes how many there are.</summary>
    private readonly ListEntry* _entries;
    private readonly int _width;

    public AbiListSource(AbiType type, nint vector, DuckType engine, string what)
        : base(type, vector)
    {
        _what = what;
        var isList = engine.Id == DuckDBType.List;
        _entries = isList ? (ListEntry*)DuckNative.VectorData(vector) : null;
        _width = engine.Width;
        _elements = For(type.Element!, isList ? DuckNative.ListChild(vector) : DuckNative.ArrayChild(vector), engine.Children[0].Type, $"an element of {what}");
    }

    protected override long BytesOf(ulong row) =>
        Type.Kind == AbiKind.List ? AbiReading.Word + ((long)Entry(row).Length * Type.Element!.HeadBytes) : Type.InnerBytes;

    protected override bool Write(ulong row, RowOutput output, int at)
    {
        var (first, count) = Entry(row);
        if (Type.Kind == AbiKind.List)
        {
            output.SetNumber(at, (int)count);
            at += AbiReading.Word;
        }
        else if (count != (ulong)Type.Size)
        {
            throw Wrong(_what, Type, $"it has {count} elements, and {Type.Size} are needed");
        }

        var step = (int)Type.Element!.HeadBytes;
        for (ulong i = 0; i < count; i++)
        {
            if (!_elements.Put(first + i, output, at + ((int)i * step), at))
                return false;
        }

        return true;
    }

    private ListEntry Entry(ulong row) => _entries is null ? new ListEntry(row * (ulong)_width, (ulong)_width) : _entries[row];
}
