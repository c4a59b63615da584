using System.Collections.Concurrent;
using Amp.Shared.Faults;
using Amp.Shared.Lake;
using Amp.Shared.Lake.Stores;

namespace Amp.Controller.Restoring;

/// <summary>A folder of the lake as its files tell of themselves.</summary>
/// <param name="Files">Those that are segments of the table, in the order of their names.</param>
/// <param name="Problems">Those that are not, and why. They are left alone.</param>
internal sealed record RevisionFolder(IReadOnlyList<SegmentFile> Files, IReadOnlyList<FileProblem> Problems)
{
    /// <summary>At once; each waits for the store, their memory is a footer each.</summary>
    public const int Readers = 16;

    // Each generation at least doubles a file, or waits a cooldown longer.
    private const int MaxGeneration = 10_000;

    /// <param name="lake">The lake.</param>
    /// <param name="path">The folder, relative to its root.</param>
    /// <param name="table">Whose segments are wanted.</param>
    /// <param name="network">Of their blocks; null = any.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="AmpException">OBJECT_STORE_ERROR: the store refuses.</exception>
    public static async Task<RevisionFolder> ReadAsync(
        IObjectStore lake, string path, string table, string? network, CancellationToken cancellationToken)
    {
        var (files, problems) = (new ConcurrentBag<SegmentFile>(), new ConcurrentBag<FileProblem>());
        var options = new ParallelOptions { MaxDegreeOfParallelism = Readers, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(lake.ListAsync(path, recursive: false, cancellationToken), options, async (stored, ct) =>
        {
            try
            {
                var file = await SegmentFile.ReadAsync(lake, stored, ct);
                if (Mistake(file, table, network) is { } mistake)
                    problems.Add(new FileProblem(file.Name, mistake));
                else
                    files.Add(file);
            }
            catch (NotASegmentException e)
            {
                problems.Add(new FileProblem(stored.Path[(stored.Path.LastIndexOf('/') + 1)..], AmpException.Describe(e)));
            }
        });
        return new RevisionFolder(
            [.. files.OrderBy(f => f.Name, StringComparer.Ordinal)], [.. problems.OrderBy(p => p.File, StringComparer.Ordinal)]);
    }

    private static string? Mistake(SegmentFile file, string table, string? network)
    {
        if (!string.Equals(file.Footer.Table, table, StringComparison.Ordinal))
            return $"its footer says that it is of the table '{file.Footer.Table}', this folder is of '{table}'";
        if (Math.Max(file.Blocks.Start, file.Blocks.End) > long.MaxValue || file.Blocks.Timestamp > long.MaxValue || file.RowCount < 0)
            return $"its footer names the blocks {file.Blocks.Start} to {file.Blocks.End} of time {file.Blocks.Timestamp} with {file.RowCount} rows: numbers below 2^63 are needed";
        if (file.Footer.Generation is < 0 or > MaxGeneration)
            return $"its footer says that it is of generation {file.Footer.Generation}; {MaxGeneration} is the most";
        return network is null || string.Equals(file.Blocks.Network, network, StringComparison.Ordinal)
            ? null
            : $"its blocks are of the network '{file.Blocks.Network}', the dataset's network is '{network}'";
    }
}

/// <summary>A file of the lake with which something is the matter.</summary>
/// <param name="File">Its name.</param>
internal sealed record FileProblem(string File, string Reason);
