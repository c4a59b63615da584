using Amp.Query.Execution;

namespace Amp.Query.Functions.Abi;

/// <summary>Tuples: a vector for each part.</summary>
internal sealed class AbiStructVector(IReadOnlyList<AbiParameter> parts, nint vector) : AbiVector(vector)
{
    private readonly AbiVector[] _parts = [.. parts.Select((p, i) => For(p.Type, DuckNative.StructChild(vector, (ulong)i)))];

    public IReadOnlyList<AbiVector> Parts => _parts;

    public override void Set(ulong row, ReadOnlySpan<byte> value)
    {
        var head = 0L;
        for (var i = 0; i < _parts.Length; i++)
        {
            var type = parts[i].Type;
            _parts[i].Set(row, AbiReading.Locate(type, value, head));
            head += type.HeadBytes;
        }
    }

    public override void SetNull(ulong row)
    {
        base.SetNull(row);
        foreach (var part in _parts)
            part.SetNull(row);
    }

    public override void Moved()
    {
        foreach (var part in _parts)
            part.Moved();
    }
}
