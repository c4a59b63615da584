using Apache.Arrow;

namespace Amp.Ctl.Querying;

/// <summary>Takes the rows of an answer as they come. Ended without <see cref="EndAsync"/>, it is not whole.</summary>
internal interface IRowFormat : IDisposable
{
    Task WriteAsync(RecordBatch batch, CancellationToken ct);

    Task EndAsync(CancellationToken ct);
}
