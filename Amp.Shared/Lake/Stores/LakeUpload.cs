namespace Amp.Shared.Lake.Stores;

/// <summary>A file under construction: written aside at <see cref="LocalPath"/>, then published once or dropped.</summary>
/// <param name="relativePath">Where the file will be, relative to the store's root.</param>
/// <param name="localPath">Where its bytes are to be written.</param>
public abstract class LakeUpload(string relativePath, string localPath) : IDisposable
{
    private bool _ended;

    public string RelativePath { get; } = relativePath;

    public string LocalPath { get; } = localPath;

    /// <summary>Makes the bytes durable, then the name visible. A file of this name is never replaced.</summary>
    /// <exception cref="Faults.AmpException">OBJECT_STORE_ERROR.</exception>
    public async Task<StoredFile> PublishAsync(CancellationToken cancellationToken)
    {
        var published = await PublishOnceAsync(cancellationToken);
        _ended = true;
        return published;
    }

    /// <summary>Drops what was not published.</summary>
    public void Dispose()
    {
        GC.SuppressFinalize(this);
        if (_ended)
            return;
        _ended = true;
        DeleteLocal();
    }

    protected abstract Task<StoredFile> PublishOnceAsync(CancellationToken cancellationToken);

    /// <summary>Deletes what was written aside, if it is there.</summary>
    protected abstract void DeleteLocal();
}
