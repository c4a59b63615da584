namespace Amp.Shared.Lake;

/// <summary>A file under construction: written aside at <see cref="LocalPath"/>, then published once or dropped.</summary>
public sealed class LakeUpload : IDisposable
{
    private readonly LakeStore _store;
    private readonly string _target;
    private bool _ended;

    internal LakeUpload(LakeStore store, string relativePath, string target, string partial)
    {
        _store = store;
        _target = target;
        RelativePath = relativePath;
        LocalPath = partial;
    }

    /// <summary>Where the file will be, relative to the store's root.</summary>
    public string RelativePath { get; }

    /// <summary>Where its bytes are to be written.</summary>
    public string LocalPath { get; }

    /// <summary>Makes the bytes durable, then the name visible. A file of this name is never replaced.</summary>
    /// <returns>Size of the file.</returns>
    /// <exception cref="Faults.AmpException">OBJECT_STORE_ERROR.</exception>
    public long Publish()
    {
        var size = 0L;
        _store.Guard(
            () =>
            {
                using (var file = new FileStream(LocalPath, FileMode.Open, FileAccess.ReadWrite))
                {
                    file.Flush(flushToDisk: true);
                    size = file.Length;
                }

                DurableFiles.MoveNew(LocalPath, _target);
                DurableFiles.SyncFolder(Path.GetDirectoryName(_target)!);
            },
            "publish a file");
        _ended = true;
        return size;
    }

    /// <summary>Drops what was not published.</summary>
    public void Dispose()
    {
        if (_ended)
            return;
        _ended = true;
        _store.Guard(() => File.Delete(LocalPath), "delete");
    }
}
