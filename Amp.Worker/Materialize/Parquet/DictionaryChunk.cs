using Amp.Chains.Rows;

namespace Amp.Worker.Materialize.Parquet;

/// <summary>Values by their places in a dictionary as long as they repeat, plain otherwise.</summary>
internal abstract class DictionaryChunk(ParquetLeaf leaf, PageWriter writer) : ColumnChunk(leaf, writer)
{
    private int[] _places = new int[MaxPageRows];
    private int _placed;

    protected DictionarySlots Slots { get; } = new();

    /// <summary>Values of the dictionary.</summary>
    protected int Count { get; private set; }

    /// <summary>Values of the chunk that were looked for in it.</summary>
    protected long Seen { get; private set; }

    /// <summary>Whether what follows is plain, as the dictionary is full or of no use.</summary>
    protected bool IsPlain { get; private set; }

    /// <summary>Place of the value before; below zero when the page has none.</summary>
    protected int LastPlace { get; set; } = -1;

    protected override int DictionaryCount => Count;

    // A page whose places become values again is to have the size of any other.
    protected override int PageBytes => Plain.Length + PlacedBytes;

    /// <summary>Bytes of the page's values that have places, were they plain; counted where they may be long.</summary>
    protected int PlacedBytes { get; set; }

    public override void Clear()
    {
        base.Clear();
        ForgetDictionary();
        (Seen, IsPlain) = (0, false);
        if (_places.Length > ColumnChunk.KeptBytes / sizeof(int))
            _places = new int[MaxPageRows];
    }

    /// <summary>Room for the places of values that come. A page has more values than rows where they lie in lists.</summary>
    protected Span<int> FreePlaces(int count)
    {
        if (_places.Length - _placed < count)
            Array.Resize(ref _places, Math.Max(2 * _places.Length, _placed + count));
        return _places.AsSpan(_placed, count);
    }

    /// <summary>So many of <see cref="FreePlaces"/> are filled.</summary>
    protected void Placed(int count)
    {
        _placed += count;
        Seen += count;
    }

    /// <summary>A value that was added has the next place.</summary>
    protected int Enter(int slot)
    {
        Slots[slot] = Count++;
        if (Slots.IsCrowded(Count))
        {
            Slots.Grow();
            for (var i = 0; i < Count; i++)
                Slots.Insert(HashOf(i), i);
        }

        return Count - 1;
    }

    protected override PageEncoding WriteValues(NativeBuffer page)
    {
        if (!IsPlain && !HasDictionaryPages && DictionaryRules.IsOfNoUse(Count, Seen))
            LeaveDictionary();
        if (_placed == 0)
        {
            page.Append(Plain.WrittenSpan);
            return PageEncoding.Plain;
        }

        var width = DictionaryRules.WidthOf(Count);
        page.Append(1)[0] = (byte)width;
        RunEncoder.Write(page, _places.AsSpan(0, _placed), width);

        // The next page has bounds of its own: its first value is looked at again.
        (_placed, PlacedBytes, LastPlace) = (0, 0, -1);
        return PageEncoding.Dictionary;
    }

    protected override void WriteDictionary(NativeBuffer page)
    {
        for (var i = 0; i < Count; i++)
            WriteEntry(i, page);
    }

    /// <summary>Makes values of the page's places again; what follows is plain.</summary>
    protected void LeaveDictionary()
    {
        IsPlain = true;
        for (var i = 0; i < _placed; i++)
            WriteEntry(_places[i], Plain);
        (_placed, PlacedBytes) = (0, 0);
        if (!HasDictionaryPages)
            ForgetDictionary();
    }

    protected virtual void ForgetDictionary()
    {
        Slots.Clear();
        (Count, _placed, PlacedBytes, LastPlace) = (0, 0, 0, -1);
    }

    /// <summary>A value of the dictionary, as the file has it.</summary>
    protected abstract void WriteEntry(int place, NativeBuffer target);

    protected abstract uint HashOf(int place);
}
