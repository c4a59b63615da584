namespace Amp.Worker.Materialize.Parquet;

/// <summary>The bounds of byte strings, by their first bytes: a bound is short whatever the length of the values.</summary>
internal sealed class BytesBounds
{
    // Numbers in decimal text are 78 bytes at most.
    private const int MaxBytes = 128;

    private readonly byte[] _least = new byte[MaxBytes];
    private readonly byte[] _most = new byte[MaxBytes];
    private int _leastLength = -1;
    private int _mostLength = -1;
    private bool _isLeastCut;
    private bool _isMostCut;

    // Of the values that begin with the greatest bytes.
    private int _longest;

    private ReadOnlySpan<byte> Least => _least.AsSpan(0, _leastLength);

    private ReadOnlySpan<byte> Most => _most.AsSpan(0, _mostLength);

    public void Clear() => (_leastLength, _mostLength, _isLeastCut, _isMostCut) = (-1, -1, false, false);

    public void Add(ReadOnlySpan<byte> value)
    {
        var isCut = value.Length > MaxBytes;
        AddLeast(isCut ? value[..MaxBytes] : value, isCut);
        AddMost(isCut ? value[..MaxBytes] : value, isCut, value.Length);
    }

    public void Add(BytesBounds other)
    {
        if (other._leastLength < 0)
            return;
        AddLeast(other.Least, other._isLeastCut);
        AddMost(other.Most, other._isMostCut, other._longest);
    }

    public PageBounds? ToPage() =>
        _leastLength < 0 ? null : new PageBounds(Least.ToArray(), _isMostCut ? Above(Most, _longest) : Most.ToArray(), !_isLeastCut, !_isMostCut);

    private void AddLeast(ReadOnlySpan<byte> value, bool isCut)
    {
        var order = _leastLength < 0 ? -1 : value.SequenceCompareTo(Least);
        if (order < 0)
            (_leastLength, _isLeastCut) = (Copy(value, _least), isCut);
        else if (order == 0)
            _isLeastCut &= isCut;
    }

    private void AddMost(ReadOnlySpan<byte> value, bool isCut, int length)
    {
        var order = _mostLength < 0 ? 1 : value.SequenceCompareTo(Most);
        if (order > 0)
            (_mostLength, _isMostCut, _longest) = (Copy(value, _most), isCut, length);
        else if (order == 0)
            (_isMostCut, _longest) = (_isMostCut || isCut, Math.Max(_longest, length));
    }

    private static int Copy(ReadOnlySpan<byte> value, byte[] target)
    {
        value.CopyTo(target);
        return value.Length;
    }

    /// <summary>Something above everything that begins with these bytes and has at most this length: as short as it can be.</summary>
    private static byte[] Above(ReadOnlySpan<byte> beginning, int longest)
    {
        var last = beginning.LastIndexOfAnyExcept((byte)0xff);
        if (last < 0)
        {
            var full = new byte[longest];
            Array.Fill(full, (byte)0xff);
            return full;
        }

        byte[] above = [.. beginning[..(last + 1)]];
        above[last]++;
        return above;
    }
}
