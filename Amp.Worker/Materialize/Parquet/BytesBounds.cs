namespace Amp.Worker.Materialize.Parquet;

/// <summary>The bounds of byte strings, by their first bytes: a bound is short whatever the length of the values.</summary>
internal sealed class BytesBounds
{
    // Numbers in decimal text are 78 bytes at most.
    private const int MaxBytes = 128;

    // Whoever writes to a chain can write any number of bytes of all bits; a bound is kept in memory until the file ends.
    private const int MaxRunBytes = 1024;

    private readonly byte[] _least = new byte[MaxBytes];
    private readonly byte[] _most = new byte[MaxBytes];
    private int _leastLength = -1;
    private int _mostLength = -1;
    private bool _isLeastCut;
    private bool _isMostCut;

    // How many of their first bits are set, in bytes, of those values that begin with nothing else: the most.
    private int _run;

    private ReadOnlySpan<byte> Least => _least.AsSpan(0, _leastLength);

    private ReadOnlySpan<byte> Most => _most.AsSpan(0, _mostLength);

    public void Clear() => (_leastLength, _mostLength, _isLeastCut, _isMostCut) = (-1, -1, false, false);

    public void Add(ReadOnlySpan<byte> value)
    {
        var isCut = value.Length > MaxBytes;
        AddLeast(isCut ? value[..MaxBytes] : value, isCut);
        AddMost(isCut ? value[..MaxBytes] : value, isCut, isCut ? RunOf(value) : 0);
    }

    public void Add(BytesBounds other)
    {
        if (other._leastLength < 0)
            return;
        AddLeast(other.Least, other._isLeastCut);
        AddMost(other.Most, other._isMostCut, other._run);
    }

    public PageBounds? ToPage() =>
        _leastLength < 0 ? null : new PageBounds(Least.ToArray(), _isMostCut ? Above(Most, _run) : Most.ToArray(), !_isLeastCut, !_isMostCut);

    private void AddLeast(ReadOnlySpan<byte> value, bool isCut)
    {
        var order = _leastLength < 0 ? -1 : value.SequenceCompareTo(Least);
        if (order < 0)
            (_leastLength, _isLeastCut) = (Copy(value, _least), isCut);
        else if (order == 0)
            _isLeastCut &= isCut;
    }

    private void AddMost(ReadOnlySpan<byte> value, bool isCut, int run)
    {
        var order = _mostLength < 0 ? 1 : value.SequenceCompareTo(Most);
        if (order > 0)
            (_mostLength, _isMostCut, _run) = (Copy(value, _most), isCut, run);
        else if (order == 0)
            (_isMostCut, _run) = (_isMostCut || isCut, Math.Max(_run, run));
    }

    private static int Copy(ReadOnlySpan<byte> value, byte[] target)
    {
        value.CopyTo(target);
        return value.Length;
    }

    private static int RunOf(ReadOnlySpan<byte> value)
    {
        var run = value.IndexOfAnyExcept((byte)0xff);
        return run < 0 ? value.Length : run;
    }

    /// <summary>Something short above everything that begins with these bytes; null when their bits are all set, and those of too many that follow.</summary>
    private static byte[]? Above(ReadOnlySpan<byte> beginning, int run)
    {
        var last = beginning.LastIndexOfAnyExcept((byte)0xff);
        if (last < 0)
        {
            if (run >= MaxRunBytes)
                return null;
            var above = new byte[run + 1];
            Array.Fill(above, (byte)0xff);
            return above;
        }

        byte[] raised = [.. beginning[..(last + 1)]];
        raised[last]++;
        return raised;
    }
}
