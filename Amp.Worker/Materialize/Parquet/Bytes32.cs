using System.Runtime.InteropServices;

namespace Amp.Worker.Materialize.Parquet;

/// <summary>Thirty-two bytes: a hash or a word.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
internal readonly struct Bytes32
{
    public readonly ulong First;
    public readonly ulong Second;
    public readonly ulong Third;
    public readonly ulong Fourth;
}
