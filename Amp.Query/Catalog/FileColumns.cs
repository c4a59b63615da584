using System.Collections.Concurrent;
using Amp.Shared.Faults;
using ParquetSharp;

namespace Amp.Query.Catalog;

/// <summary>The columns that a file of another system has, read from its footer once.</summary>
internal sealed class FileColumns
{
    private readonly ConcurrentDictionary<string, IReadOnlySet<string>> _known = new(StringComparer.Ordinal);

    public IReadOnlySet<string> Of(string path) => _known.GetOrAdd(path, Read);

    private static IReadOnlySet<string> Read(string path)
    {
        if (!File.Exists(path))
            throw new AmpException(ErrorCode.SegmentGone, $"Segment {Path.GetFileName(path)} is registered, but its file is gone.");
        try
        {
            using var reader = new ParquetFileReader(path);
            var root = reader.FileMetaData.Schema.GroupNode;
            return root.Fields.Select(f => f.Name).ToHashSet(StringComparer.Ordinal);
        }
        catch (ParquetException e)
        {
            throw new AmpException(ErrorCode.ExecutionError, $"Segment {Path.GetFileName(path)} cannot be read as Parquet.", e);
        }
    }
}
