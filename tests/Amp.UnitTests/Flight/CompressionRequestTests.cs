using Amp.Server.Flight;
using Amp.Server.Flight.Ipc;
using Amp.Shared.Faults;
using Grpc.Core;

namespace Amp.UnitTests.Flight;

public sealed class CompressionRequestTests
{
    [Theory]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData("none", null)]
    [InlineData(" zstd ", IpcCodec.Zstd)]
    [InlineData("lz4", IpcCodec.Lz4Frame)]
    public void The_header_names_the_codec(string? value, IpcCodec? codec) => Assert.Equal(codec, CompressionRequest.Read(Headers(value)));

    [Theory]
    [InlineData("gzip")]
    [InlineData("ZSTD")]
    [InlineData("zstd, lz4")]
    public void Another_value_is_refused_with_what_is_allowed(string value)
    {
        var fault = Assert.Throws<AmpException>(() => CompressionRequest.Read(Headers(value)));
        Assert.Equal(ErrorCode.InvalidRequest, fault.Code);
        Assert.Equal($"The header amp-ipc-compression is '{value}'; it may be zstd, lz4 or none.", fault.Message);
    }

    private static Metadata Headers(string? value) => value is null ? [] : new Metadata { { CompressionRequest.Header, value } };
}
