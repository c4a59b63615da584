using System.Buffers;

namespace Amp.Server.Flight.Ipc;

/// <summary>Pooled bytes that are written from the start again and again, up to a size that is told before.</summary>
internal sealed class ScratchBuffer : IBufferWriter<byte>, IDisposable
{
    private byte[] _bytes = [];
    private int _written;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _written);

    /// <summary>Forgets what was written and makes room.</summary>
    public Memory<byte> Reset(int room)
    {
        _written = 0;
        if (_bytes.Length < room)
        {
            Dispose();
            _bytes = ArrayPool<byte>.Shared.Rent(room);
        }

        return _bytes;
    }

    public void Advance(int count) => _written += count;

    public Memory<byte> GetMemory(int sizeHint = 0) => _bytes.AsMemory(_written);

    public Span<byte> GetSpan(int sizeHint = 0) => _bytes.AsSpan(_written);

    public void Dispose()
    {
        if (_bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }
}
