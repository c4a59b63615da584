using Amp.Chains.Rows;
using Apache.Arrow;

namespace Amp.Worker.Materialize.Parquet;

/// <summary>Booleans, a bit each.</summary>
internal sealed class BoolChunk(ParquetLeaf leaf, PageWriter writer) : ColumnChunk(leaf, writer)
{
    private readonly PageBits _bits = new();
    private bool _hasFalse;
    private bool _hasTrue;

    protected override int DictionaryCount => 0;

    public override void Clear()
    {
        base.Clear();
        (_hasFalse, _hasTrue) = (false, false);
    }

    public override void Dispose()
    {
        base.Dispose();
        _bits.Dispose();
    }

    protected override void AppendValues(ArrayData data, int start, int count) => _bits.Append(data.Buffers[1].Span, start, count);

    protected override PageEncoding WriteValues(NativeBuffer page)
    {
        page.Append(_bits.Bytes);
        return PageEncoding.Plain;
    }

    protected override void WriteDictionary(NativeBuffer page) => throw new InvalidOperationException("Booleans have no dictionary.");

    protected override PageBounds? BoundsOfPage()
    {
        var (hasFalse, hasTrue) = (_bits.Ones < _bits.Count, _bits.Ones > 0);
        (_hasFalse, _hasTrue) = (_hasFalse || hasFalse, _hasTrue || hasTrue);
        _bits.Clear();
        return Bounds(hasFalse, hasTrue);
    }

    protected override PageBounds? BoundsOfChunk() => Bounds(_hasFalse, _hasTrue);

    private static PageBounds? Bounds(bool hasFalse, bool hasTrue) =>
        hasFalse || hasTrue ? new PageBounds([(byte)(hasFalse ? 0 : 1)], [(byte)(hasTrue ? 1 : 0)]) : null;
}
