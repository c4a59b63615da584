using Apache.Arrow;

namespace Amp.Server.Flight.Browsing;

/// <summary>What a client that browses is answered.</summary>
/// <param name="Schema">The columns that Flight SQL fixes for the command.</param>
/// <param name="Read">The rows, batch by batch; whoever reads disposes each.</param>
public sealed record BrowseAnswer(Schema Schema, Func<CancellationToken, IAsyncEnumerable<RecordBatch>> Read);
