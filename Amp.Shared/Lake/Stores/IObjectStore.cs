using Amp.Shared.Faults;

namespace Amp.Shared.Lake.Stores;

/// <summary>
/// Where files lie: a folder or a bucket. Readers never see half a file, no file is ever replaced, and paths (relative to the root,
/// joined by '/') never lead out of the root.
/// </summary>
/// <remarks>Every method throws <see cref="AmpException"/> OBJECT_STORE_ERROR when the store refuses; <see cref="AmpException.IsRetryable"/> says whether waiting may help.</remarks>
public interface IObjectStore
{
    /// <summary>An absolute path, or <c>s3://bucket/prefix</c>.</summary>
    string Root { get; }

    /// <summary>Starts a file aside; nothing is to be seen of it until it is published.</summary>
    LakeUpload OpenWrite(string relativePath);

    /// <summary>Size and version of a published file; null when there is none.</summary>
    Task<StoredFile?> FindAsync(string relativePath, CancellationToken cancellationToken);

    /// <summary>A part of a file, shorter where the file ends before; null when there is no such file.</summary>
    Task<byte[]?> ReadRangeAsync(string relativePath, long offset, int count, CancellationToken cancellationToken);

    /// <summary>All bytes of a file, in order, in bounded memory.</summary>
    /// <param name="relativePath">The file.</param>
    /// <param name="target">Seekable and at its start: a broken transfer begins anew.</param>
    /// <param name="expected">Nothing is copied of a file that has another size, or another ETag where one is given; null = of any.</param>
    /// <param name="cancellationToken">Ends the transfer.</param>
    /// <returns>What lies there; null when there is no such file.</returns>
    Task<StoredFile?> CopyToAsync(string relativePath, Stream target, StoredFile? expected, CancellationToken cancellationToken);

    /// <summary>Published files of a folder, by path; a folder that is not there has none.</summary>
    /// <param name="relativeFolder">Null = the root.</param>
    /// <param name="recursive">Those of the folders below it too.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    IAsyncEnumerable<StoredFile> ListAsync(string? relativeFolder, bool recursive, CancellationToken cancellationToken);

    /// <summary>Deletes a file and what is left of its construction; nothing to delete is no error.</summary>
    Task DeleteAsync(string relativePath, CancellationToken cancellationToken);

    /// <summary>Takes away what was begun so long ago and never published, whoever began it. Published files are not touched.</summary>
    /// <param name="age">Least age, by this machine's clock.</param>
    /// <param name="except">Files that are under construction and may be as old.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>How many.</returns>
    Task<int> DropUnfinishedAsync(TimeSpan age, IReadOnlySet<string> except, CancellationToken cancellationToken);
}
