namespace Amp.Shared.Lake.Stores;

/// <summary>A file under construction beside its future place: publishing gives it its name, without a copy.</summary>
internal sealed class FolderUpload(FolderStore store, string relativePath, string target, string partial) : LakeUpload(relativePath, partial)
{
    protected override Task<StoredFile> PublishOnceAsync(CancellationToken cancellationToken)
    {
        var size = 0L;
        store.Guard(
            () =>
            {
                using (var file = new FileStream(LocalPath, FileMode.Open, FileAccess.ReadWrite))
                {
                    file.Flush(flushToDisk: true);
                    size = file.Length;
                }

                DurableFiles.MoveNew(LocalPath, target);
                DurableFiles.SyncFolder(Path.GetDirectoryName(target)!);
            },
            "publish a file");
        return Task.FromResult(new StoredFile(RelativePath, size));
    }

    protected override void DeleteLocal() => store.Guard(() => File.Delete(LocalPath), "delete");
}
