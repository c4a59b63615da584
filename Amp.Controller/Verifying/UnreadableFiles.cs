namespace Amp.Controller.Verifying;

/// <summary>Tells some files that cannot be read from a store that cannot be read.</summary>
internal sealed class UnreadableFiles
{
    // A store that refuses so many files refuses all of them.
    private const int Most = 16;

    private int _count;

    /// <summary>Counts one more; false when the whole walk is to fail for it.</summary>
    public bool IsOneMore() => Interlocked.Increment(ref _count) <= Most;
}
