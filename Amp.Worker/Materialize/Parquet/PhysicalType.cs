namespace Amp.Worker.Materialize.Parquet;

/// <summary>How the values of a column lie in a file; the numbers are the format's.</summary>
internal enum PhysicalType
{
    Boolean = 0,
    Int32 = 1,
    Int64 = 2,
    ByteArray = 6,
    FixedLengthByteArray = 7,
}
