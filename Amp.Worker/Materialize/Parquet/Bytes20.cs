using System.Runtime.InteropServices;

namespace Amp.Worker.Materialize.Parquet;

/// <summary>Twenty bytes: an address.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal readonly record struct Bytes20(ulong First, ulong Second, uint Third);
