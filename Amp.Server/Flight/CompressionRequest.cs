using Amp.Server.Flight.Ipc;
using Amp.Shared.Faults;
using Grpc.Core;

namespace Amp.Server.Flight;

/// <summary>
/// The header by which a client asks for compressed buffers. Flight negotiates no compression of its own (https://github.com/apache/arrow/issues/25664),
/// and not every Arrow reader has the codecs, so nothing is compressed unasked.
/// </summary>
public static class CompressionRequest
{
    public const string Header = "amp-ipc-compression";

    /// <summary>The codec that is asked for; null = none.</summary>
    public static IpcCodec? Read(Metadata headers) => headers.GetValue(Header)?.Trim() switch
    {
        null or "" or "none" => null,
        "lz4" => IpcCodec.Lz4Frame,
        "zstd" => IpcCodec.Zstd,
        var other => throw new AmpException(ErrorCode.InvalidRequest, $"The header {Header} is '{other}'; it may be zstd, lz4 or none."),
    };
}
