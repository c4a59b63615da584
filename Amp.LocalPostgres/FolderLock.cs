using System.Diagnostics;
using System.Globalization;

namespace Amp.LocalPostgres;

/// <summary>A lock file that the kernel frees when its owner dies.</summary>
public sealed class FolderLock : IAsyncDisposable
{
    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <summary>Null when another process holds it.</summary>
    public static FolderLock? TryTake(string path)
    {
        try
        {
            return new FolderLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1));
        }
        catch (IOException e) when (e is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException))
        {
            return null;
        }
    }

    public static async Task<FolderLock> TakeAsync(string path, TimeSpan patience, CancellationToken ct)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            if (TryTake(path) is { } taken)
                return taken;
            if (Stopwatch.GetElapsedTime(start) > patience)
                throw new PostgresUnavailableException(string.Create(CultureInfo.InvariantCulture, $"another process has held {path} for {patience.TotalSeconds} s"));
            await Task.Delay(50, ct);
        }
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();
}
