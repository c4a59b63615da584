using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Amp.Shared.Datasets;
using Amp.Shared.Faults;

namespace Amp.Shared.Lake.Stores;

/// <summary>A store in a folder of this machine, or of a file system that all machines share.</summary>
/// <param name="setting">The key that names the folder, for messages.</param>
public sealed class FolderStore(string root, string setting = "data_dir", TimeProvider? time = null) : IObjectStore
{
    /// <summary>Files under construction lie beside the published ones under this ending, which no reader asks for.</summary>
    public const string PartialExtension = ".partial";

    private static readonly EnumerationOptions _everywhere = new() { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.None };

    private readonly TimeProvider _time = time ?? TimeProvider.System;

    public string Root { get; } = Path.GetFullPath(root);

    /// <summary>Where a reader of this machine finds a file.</summary>
    public string LocalPath(string relativePath) => Path.Join(Root, LakePath.Check(relativePath));

    public LakeUpload OpenWrite(string relativePath)
    {
        var target = LocalPath(relativePath);
        Guard(() => Directory.CreateDirectory(Path.GetDirectoryName(target)!), "make a folder");

        // The name of a segment is one writer's alone. Others may write the same manifest at this moment, and must not have the same file open.
        var partial = SegmentFileName.IsOne(Path.GetFileName(target)) ? PartialOf(target) : PartialOf($"{target}.{Guid.NewGuid():N}");
        return new FolderUpload(this, relativePath, target, partial);
    }

    public Task<StoredFile?> FindAsync(string relativePath, CancellationToken cancellationToken)
    {
        var file = new FileInfo(LocalPath(relativePath));
        return Task.FromResult(Guard(() => file.Exists ? new StoredFile(relativePath, file.Length) : null, "look for a file"));
    }

    public Task<byte[]?> ReadRangeAsync(string relativePath, long offset, int count, CancellationToken cancellationToken) =>
        GuardAsync(() => ReadPartAsync(LocalPath(relativePath), offset, count, cancellationToken), "read");

    public Task<StoredFile?> CopyToAsync(string relativePath, Stream target, StoredFile? expected, CancellationToken cancellationToken) => GuardAsync(
        async () =>
        {
            if (Open(LocalPath(relativePath)) is not { } file)
                return null;
            await using (file)
            {
                var found = new StoredFile(relativePath, file.Length);
                if (found.Is(expected))
                    await file.CopyToAsync(target, cancellationToken);
                return found;
            }
        },
        "read");

    public async IAsyncEnumerable<StoredFile> ListAsync(string? relativeFolder, bool recursive, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        var folder = new DirectoryInfo(relativeFolder is null ? Root : LocalPath(relativeFolder));
        if (!folder.Exists)
            yield break;
        var files = Guard(
            () => FilesOf(folder, recursive)
                .Where(f => !f.Name.StartsWith('.') && !f.Name.EndsWith(PartialExtension, StringComparison.Ordinal))
                .Select(Listed)
                .OfType<StoredFile>()
                .OrderBy(f => f.Path, StringComparer.Ordinal)
                .ToList(),
            "list");
        foreach (var file in files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return file;
        }
    }

    public Task DeleteAsync(string relativePath, CancellationToken cancellationToken)
    {
        var target = LocalPath(relativePath);
        if (!Directory.Exists(Path.GetDirectoryName(target)))
        {
            // Where a mount is lost, nothing is there, and nothing is deleted.
            return Directory.Exists(Root) && Directory.EnumerateFileSystemEntries(Root).Any()
                ? Task.CompletedTask
                : throw Refused("delete", new DirectoryNotFoundException($"'{Root}' is not there, or is empty: is it mounted?"));
        }

        Guard(() => File.Delete(target), "delete");
        Guard(() => File.Delete(PartialOf(target)), "delete");
        return Task.CompletedTask;
    }

    public Task<int> DropUnfinishedAsync(TimeSpan age, IReadOnlySet<string> except, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(Root))
            return Task.FromResult(0);
        var before = (_time.GetUtcNow() - age).UtcDateTime;
        return Task.FromResult(Guard(
            () =>
            {
                var dropped = 0;
                Exception? refused = null;
                foreach (var file in new DirectoryInfo(Root).EnumerateFiles(".*" + PartialExtension, _everywhere).Where(f => f.LastWriteTimeUtc <= before))
                {
                    var name = file.Name[1..^PartialExtension.Length];
                    var path = RelativeOf(Path.Join(file.DirectoryName, name));
                    if (!LakePath.IsOurs(path) || except.Contains(path))
                        continue;
                    try
                    {
                        file.Delete();
                        dropped++;
                    }
                    catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                    {
                        // It holds up no other.
                        refused ??= e;
                    }
                }

                if (refused is not null)
                    ExceptionDispatchInfo.Throw(refused);
                return dropped;
            },
            "delete"));
    }

    internal void Guard(Action act, string what) => Guard(
        () =>
        {
            act();
            return true;
        },
        what);

    /// <summary>Beside datasets may lie folders of the file system's own that nobody may read, such as lost+found; any other that cannot be read is a fault.</summary>
    private IEnumerable<FileInfo> FilesOf(DirectoryInfo folder, bool recursive)
    {
        if (!recursive)
            return folder.EnumerateFiles();
        return folder.FullName == Root
            ? folder.EnumerateFiles().Concat(folder.EnumerateDirectories().Where(d => DatasetNames.IsNamespace(d.Name) || MayRead(d)).SelectMany(d => FilesOf(d, recursive)))
            : folder.EnumerateFiles("*", SearchOption.AllDirectories);
    }

    private static bool MayRead(DirectoryInfo folder)
    {
        try
        {
            _ = folder.EnumerateFileSystemInfos().Any();
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    private T Guard<T>(Func<T> act, string what)
    {
        try
        {
            return act();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Refused(what, e);
        }
    }

    private async Task<T> GuardAsync<T>(Func<Task<T>> act, string what)
    {
        try
        {
            return await act();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Refused(what, e);
        }
    }

    private static async Task<byte[]?> ReadPartAsync(string path, long offset, int count, CancellationToken cancellationToken)
    {
        if (Open(path) is not { } file)
            return null;
        await using (file)
        {
            var bytes = new byte[(int)Math.Clamp(file.Length - offset, 0, count)];
            file.Seek(offset, SeekOrigin.Begin);
            await file.ReadExactlyAsync(bytes, cancellationToken);
            return bytes;
        }
    }

    private static FileStream? Open(string path)
    {
        try
        {
            return new FileStream(path, new FileStreamOptions { Access = FileAccess.Read, Share = FileShare.ReadWrite | FileShare.Delete, Options = FileOptions.Asynchronous });
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>The store may come back (a full disk, a lost mount), hence retryable.</summary>
    private RetryableException Refused(string what, Exception cause) =>
        new(ErrorCode.ObjectStoreError, $"{setting} '{Root}' did not let us {what}", cause);

    /// <summary>Null for what was deleted meanwhile, and for what is no path of ours: it is nobody's segment.</summary>
    private StoredFile? Listed(FileInfo file)
    {
        var path = RelativeOf(file.FullName);
        try
        {
            return LakePath.IsValid(path) ? new StoredFile(path, file.Length) : null;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private string RelativeOf(string path) => Path.GetRelativePath(Root, path).Replace(Path.DirectorySeparatorChar, '/');

    private static string PartialOf(string target) =>
        Path.Join(Path.GetDirectoryName(target), "." + Path.GetFileName(target) + PartialExtension);
}
