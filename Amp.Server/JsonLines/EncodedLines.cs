using System.Buffers;
using Apache.Arrow;

namespace Amp.Server.JsonLines;

/// <summary>Lines in a pooled array, which goes back on disposal.</summary>
/// <param name="bytes">The array.</param>
/// <param name="length">How much of it they are.</param>
/// <param name="batch">The batch that they were made of, which is disposed with them: until then its bytes count for theirs.</param>
public readonly struct EncodedLines(byte[] bytes, int length, RecordBatch? batch = null) : IDisposable
{
    public ReadOnlyMemory<byte> Bytes => bytes.AsMemory(0, length);

    /// <summary>The same lines, with the batch.</summary>
    public EncodedLines Of(RecordBatch made) => new(bytes, length, made);

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(bytes);
        batch?.Dispose();
    }
}
