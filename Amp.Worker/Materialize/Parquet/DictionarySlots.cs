namespace Amp.Worker.Materialize.Parquet;

/// <summary>From the hash of a value to its place in a dictionary, by open addressing; whoever asks compares the values.</summary>
internal sealed class DictionarySlots
{
    private const int LeastSize = 128;

    // Places are stored one higher: zero is a free slot.
    private int[] _slots = new int[LeastSize];

    /// <summary>The place that a slot has; below zero when it is free.</summary>
    public int this[int slot]
    {
        get => _slots[slot] - 1;
        set => _slots[slot] = value + 1;
    }

    public int First(uint hash) => (int)(hash & (uint)(_slots.Length - 1));

    public int Next(int slot) => (slot + 1) & (_slots.Length - 1);

    /// <summary>Whether so many values make long ways.</summary>
    public bool IsCrowded(int count) => 2 * count > _slots.Length;

    /// <summary>Twice the slots, all free.</summary>
    public void Grow() => _slots = new int[2 * _slots.Length];

    /// <summary>A value that is not there yet.</summary>
    public void Insert(uint hash, int place)
    {
        var slot = First(hash);
        while (this[slot] >= 0)
            slot = Next(slot);
        this[slot] = place;
    }

    public void Clear() => Array.Clear(_slots);
}
