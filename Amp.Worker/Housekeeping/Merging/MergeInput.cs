using Amp.Shared.Lake.Stores;
using Amp.Shared.Metadata.Files;

namespace Amp.Worker.Housekeeping.Merging;

/// <summary>A segment's file on a disk of this machine, for as long as a merge reads it.</summary>
internal sealed class MergeInput : IDisposable
{
    private readonly bool _isCopy;

    private MergeInput(string path, bool isCopy) => (Path, _isCopy) = (path, isCopy);

    public string Path { get; }

    /// <param name="store">Where the segment lies.</param>
    /// <param name="scratch">Folder for a copy from a bucket; null where the store is a folder.</param>
    /// <param name="segment">The segment as it is registered: another version of it is not read.</param>
    /// <param name="cancellationToken">Ends the transfer.</param>
    public static async Task<MergeInput> OpenAsync(IObjectStore store, string? scratch, SegmentRow segment, CancellationToken cancellationToken)
    {
        if (store is FolderStore folder)
        {
            var found = await folder.FindAsync(segment.RelativePath, cancellationToken);
            return Is(found, segment) ? new MergeInput(folder.LocalPath(segment.RelativePath), isCopy: false) : throw Gone(segment, found);
        }

        var copy = new MergeInput(System.IO.Path.Join(scratch, $"{Guid.NewGuid():N}-{segment.FileName}"), isCopy: true);
        try
        {
            StoredFile? found;

            // The folder may have been deleted since the start.
            Directory.CreateDirectory(scratch!);
            await using (var file = new FileStream(copy.Path, FileMode.CreateNew, FileAccess.ReadWrite))
                found = await store.CopyToAsync(segment.RelativePath, file, Expected(segment), cancellationToken);
            return Is(found, segment) ? copy : throw Gone(segment, found);
        }
        catch
        {
            copy.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (_isCopy)
            File.Delete(Path);
    }

    private static StoredFile Expected(SegmentRow segment) => new(segment.RelativePath, segment.ObjectSize, segment.ObjectETag);

    private static bool Is(StoredFile? found, SegmentRow segment) => found is not null && found.Is(Expected(segment));

    private static MergeFault Gone(SegmentRow segment, StoredFile? found) => new(segment.Id, found is null
        ? $"segment '{segment.RelativePath}' is registered, but its file is gone"
        : $"the file of segment '{segment.RelativePath}' is another one than was registered: {found.Size} bytes instead of {segment.ObjectSize}, or another version");
}
