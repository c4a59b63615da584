using Amp.Query.Execution;

namespace Amp.Query.Functions.Abi.Writing;

/// <summary>Truth values.</summary>
internal sealed unsafe class AbiBooleanSource(AbiType type, nint vector) : AbiSource(type, vector)
{
    private readonly byte* _values = (byte*)DuckNative.VectorData(vector);

    protected override bool Write(ulong row, RowOutput output, int at)
    {
        output.SetNumber(at, _values[row]);
        return true;
    }
}
