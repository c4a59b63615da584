namespace Amp.Controller.Verifying;

/// <summary>How far a verification is; told from many threads.</summary>
internal sealed class VerificationProgress
{
    private long _files = -1;
    private long _checked;

    /// <summary>Null before it is known.</summary>
    public long? FilesCount => Interlocked.Read(ref _files) is >= 0 and var files ? files : null;

    public long CheckedCount => Interlocked.Read(ref _checked);

    public void Begin(long files) => Interlocked.Exchange(ref _files, files);

    public void Checked() => Interlocked.Increment(ref _checked);
}
