using System.Runtime.InteropServices;

namespace Amp.Query.Execution.Columns;

/// <summary>An interval as it lies in DuckDB's vectors.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct DuckInterval
{
    public readonly int Months;
    public readonly int Days;
    public readonly long Microseconds;
}
