using System.Globalization;
using Amp.Shared.Faults;

namespace Amp.Shared.Lake.Stores;

/// <summary>
/// A folder of one process under <c>cache_dir</c>: <c>server-0</c>, <c>worker-0</c>, the next number where another process holds that one. It is
/// held by a lock that the kernel frees, so that the next process of the role goes on with what a killed one left.
/// </summary>
public sealed class ScratchFolder : IDisposable
{
    private const int MostOfOneRole = 64;
    private const string LockName = "lock";

    private readonly FileStream _lock;

    private ScratchFolder(string path, FileStream held)
    {
        Path = path;
        _lock = held;
    }

    public string Path { get; }

    /// <exception cref="AmpException">INVALID_CONFIG: the folder cannot be used.</exception>
    public static ScratchFolder Take(string cacheDir, string role)
    {
        Exception? cause = null;
        for (var n = 0; n < MostOfOneRole; n++)
        {
            var path = System.IO.Path.Join(cacheDir, string.Create(CultureInfo.InvariantCulture, $"{role}-{n}"));
            try
            {
                Directory.CreateDirectory(path);
                return new ScratchFolder(path, new FileStream(System.IO.Path.Join(path, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1));
            }
            catch (IOException e) when (e is not (DirectoryNotFoundException or FileNotFoundException or PathTooLongException) && File.Exists(System.IO.Path.Join(path, LockName)))
            {
                cause = e;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                cause = e;
                break;
            }
        }

        throw new AmpException(ErrorCode.InvalidConfig, $"cache_dir is '{cacheDir}', where no folder can be made and locked: name one on a disk of this machine that this process may write to", cause);
    }

    /// <summary>Deletes what an earlier process left.</summary>
    public void Clear()
    {
        foreach (var entry in new DirectoryInfo(Path).EnumerateFileSystemInfos().Where(e => e.Name != LockName))
        {
            if (entry is DirectoryInfo folder)
                folder.Delete(recursive: true);
            else
                entry.Delete();
        }
    }

    public void Dispose() => _lock.Dispose();
}
