namespace Amp.Server.Flight.Ipc;

/// <summary>How the bytes of a body buffer come to be.</summary>
internal enum BodyPieceKind
{
    /// <summary>Nothing is written: the buffer of a column that needs none.</summary>
    None,
    Bytes,
    Bits,
    Offsets32,
    Offsets64,
    Zeroes,
}
