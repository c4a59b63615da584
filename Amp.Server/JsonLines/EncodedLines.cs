using System.Buffers;

namespace Amp.Server.JsonLines;

/// <summary>Lines in a pooled array, which goes back on disposal.</summary>
public readonly struct EncodedLines(byte[] bytes, int length) : IDisposable
{
    public ReadOnlyMemory<byte> Bytes => bytes.AsMemory(0, length);

    public void Dispose() => ArrayPool<byte>.Shared.Return(bytes);
}
