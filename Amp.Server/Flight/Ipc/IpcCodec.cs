namespace Amp.Server.Flight.Ipc;

/// <summary>How the buffers of record batches are compressed; the numbers are those of Arrow IPC.</summary>
public enum IpcCodec
{
    Lz4Frame = 0,
    Zstd = 1,
}
