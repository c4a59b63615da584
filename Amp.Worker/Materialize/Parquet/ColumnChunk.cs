using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Amp.Chains.Rows;
using Apache.Arrow;

namespace Amp.Worker.Materialize.Parquet;

/// <summary>The pages of one column in the open row group.</summary>
internal abstract class ColumnChunk : IDisposable
{
    /// <summary>A page ends here at the latest: readers that look for a block read few others.</summary>
    public const int MaxPageRows = 16_384;

    /// <summary>What a buffer keeps for the next page: one of a huge value goes back.</summary>
    public const int KeptBytes = 2 * MaxPageBytes;

    private const int MaxPageBytes = 1 << 20;

    // Lists may hold many empty ones, which have levels and no bytes.
    private const int MaxPageSlots = 8 * MaxPageRows;

    private readonly PageWriter _writer;
    private readonly PageStore _dictionaryStore;
    private readonly PageStore _dataStore;
    private readonly List<PageSummary> _pages = [];
    private readonly PageBits _present = new();
    private readonly NativeBuffer _definitions = new();
    private readonly NativeBuffer _repetitions = new();
    private int _rows;
    private int _slots;
    private int _nulls;
    private long _groupRows;
    private long _groupSlots;
    private long _plainBytes;
    private int _dictionaryPages;

    protected ColumnChunk(ParquetLeaf leaf, PageWriter writer)
    {
        Leaf = leaf;
        _writer = writer;
        _dictionaryStore = writer.NewStore();
        _dataStore = writer.NewStore();
    }

    public ParquetLeaf Leaf { get; }

    /// <summary>Values of the page that is being filled, as the file has them.</summary>
    protected NativeBuffer Plain { get; } = new();

    /// <summary>Bytes of the page, were it plain.</summary>
    protected virtual int PageBytes => Plain.Length;

    /// <summary>Values of the dictionary; none when the chunk has no dictionary.</summary>
    protected abstract int DictionaryCount { get; }

    /// <summary>Whether a page of this chunk refers to the dictionary already.</summary>
    protected bool HasDictionaryPages => _dictionaryPages > 0;

    /// <summary>Rows of a column that is in no list.</summary>
    public void Append(ArrayData data, int start, int count)
    {
        var from = data.Offset + start;
        var end = from + count;
        while (from < end)
        {
            var taken = Math.Min(end - from, MaxPageRows - _rows);
            taken = Fitting(data, from, taken, MaxPageBytes - PageBytes);
            if (Leaf.Definition == 0)
                AppendValues(data, from, taken);
            else
                AppendPresent(data, from, taken);
            (_rows, _slots, from) = (_rows + taken, _slots + taken, from + taken);
            EndFullPage();
        }
    }

    /// <summary>A row of a column in lists begins.</summary>
    public void NextRow()
    {
        EndFullPage();
        _rows++;
    }

    /// <summary>A value of a column in lists, or of a struct, that is there.</summary>
    public void Append(ArrayData data, int index, int repetition, int definition)
    {
        AppendLevels(repetition, definition);
        AppendValues(data, data.Offset + index, 1);
    }

    /// <summary>Rows that have no value, one slot each.</summary>
    public void AppendAbsentRows(int definition, int count)
    {
        while (count > 0)
        {
            EndFullPage();
            var taken = Math.Min(count, MaxPageRows - _rows);
            MemoryMarshal.Cast<byte, int>(_repetitions.Append(taken * sizeof(int))).Clear();
            MemoryMarshal.Cast<byte, int>(_definitions.Append(taken * sizeof(int))).Fill(definition);
            (_rows, _slots, _nulls, count) = (_rows + taken, _slots + taken, _nulls + taken, count - taken);
        }
    }

    /// <summary>Something above the value, or itself, is not there.</summary>
    public void AppendAbsent(int repetition, int definition)
    {
        AppendLevels(repetition, definition);
        _nulls++;
    }

    /// <summary>Ends the chunk: its pages go to the pieces that are to be written from <paramref name="start"/> of the file on.</summary>
    public ChunkSummary End(long start, List<ReadOnlyMemory<byte>> pieces)
    {
        EndPage();
        if (_dictionaryPages > 0)
        {
            var page = _writer.Begin();
            WriteDictionary(page);
            _plainBytes += _writer.WriteDictionary(page.WrittenSpan, DictionaryCount, _dictionaryStore);
            _dictionaryStore.AddTo(pieces);
        }

        _dataStore.AddTo(pieces);
        return new ChunkSummary(
            Leaf, start, _dictionaryStore.Length, _dictionaryStore.Length + _dataStore.Length, _plainBytes, _groupSlots, _dictionaryPages, [.. _pages], BoundsOfChunk());
    }

    /// <summary>Forgets the chunk, which is written, for that of the next row group.</summary>
    public virtual void Clear()
    {
        _dictionaryStore.Clear();
        _dataStore.Clear();
        _pages.Clear();
        (_groupRows, _groupSlots, _plainBytes, _dictionaryPages) = (0, 0, 0, 0);
    }

    public virtual void Dispose()
    {
        _dictionaryStore.Dispose();
        _dataStore.Dispose();
        _present.Dispose();
        ((IDisposable)_definitions).Dispose();
        ((IDisposable)_repetitions).Dispose();
        ((IDisposable)Plain).Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Of the next values, how many may go into the page, so that it stays below a size: at least one.</summary>
    protected virtual int Fitting(ArrayData data, int start, int count, int bytes) => count;

    /// <summary>Values that are there, by their places in the buffers.</summary>
    protected abstract void AppendValues(ArrayData data, int start, int count);

    /// <summary>The values of the page, which is over.</summary>
    protected abstract PageEncoding WriteValues(NativeBuffer page);

    protected abstract void WriteDictionary(NativeBuffer page);

    /// <summary>The bounds of the page, which is over; null when it has no value.</summary>
    protected abstract PageBounds? BoundsOfPage();

    protected abstract PageBounds? BoundsOfChunk();

    private void AppendPresent(ArrayData data, int from, int count)
    {
        var bitmap = data.Buffers[0].Span;
        _present.Append(bitmap, from, count);
        var end = from + count;
        var found = 0;
        for (var run = PageBits.NextRun(bitmap, from, end); run.Length > 0; run = PageBits.NextRun(bitmap, run.Start + run.Length, end))
        {
            AppendValues(data, run.Start, run.Length);
            found += run.Length;
        }

        _nulls += count - found;
    }

    private void AppendLevels(int repetition, int definition)
    {
        MemoryMarshal.Write(_repetitions.Append(sizeof(int)), repetition);
        MemoryMarshal.Write(_definitions.Append(sizeof(int)), definition);
        _slots++;
    }

    private void EndFullPage()
    {
        if (_rows >= MaxPageRows || _slots >= MaxPageSlots || PageBytes >= MaxPageBytes)
            EndPage();
    }

    private void EndPage()
    {
        if (_slots == 0)
            return;
        var page = _writer.Begin();
        WriteLevels(page);
        var encoding = WriteValues(page);
        var offset = _dataStore.Length;
        _plainBytes += _writer.WriteData(page.WrittenSpan, _slots, encoding, _dataStore);
        _pages.Add(new PageSummary(offset, (int)(_dataStore.Length - offset), _groupRows, _nulls, BoundsOfPage()));
        if (encoding == PageEncoding.Dictionary)
            _dictionaryPages++;
        (_groupRows, _groupSlots) = (_groupRows + _rows, _groupSlots + _slots);
        (_rows, _slots, _nulls) = (0, 0, 0);
        _present.Clear();
        _definitions.Clear(KeptBytes);
        _repetitions.Clear(KeptBytes);
        Plain.Clear(KeptBytes);
    }

    private void WriteLevels(NativeBuffer page)
    {
        if (_definitions.Length > 0)
        {
            WriteLevels(page, _repetitions, Leaf.Repetition);
            WriteLevels(page, _definitions, Leaf.Definition);
        }
        else if (Leaf.Definition > 0)
        {
            var start = page.Length;
            page.Append(sizeof(int));
            if (_present.Ones == _present.Count || _present.Ones == 0)
                RunEncoder.WriteRun(page, _present.Ones == 0 ? 0 : 1, _present.Count, 1);
            else
                RunEncoder.WriteBits(page, _present.Bytes);
            SetLength(page, start);
        }
    }

    private static void WriteLevels(NativeBuffer page, NativeBuffer levels, int max)
    {
        if (max == 0)
            return;
        var start = page.Length;
        page.Append(sizeof(int));
        RunEncoder.Write(page, MemoryMarshal.Cast<byte, int>(levels.WrittenSpan), RunEncoder.WidthOf(max));
        SetLength(page, start);
    }

    private static void SetLength(NativeBuffer page, int start) =>
        BinaryPrimitives.WriteInt32LittleEndian(page.WrittenSpan[start..], page.Length - start - sizeof(int));
}
