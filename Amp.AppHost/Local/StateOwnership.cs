using System.Globalization;
using Amp.LocalPostgres;
using Amp.Shared.Faults;

namespace Amp.AppHost.Local;

/// <summary>One run at a time on a state folder; the kernel ends the ownership with the owner, however that dies.</summary>
internal sealed class StateOwnership : IAsyncDisposable
{
    private readonly FolderLock _lock;
    private readonly string _pidFile;

    private StateOwnership(FolderLock taken, string pidFile) => (_lock, _pidFile) = (taken, pidFile);

    public static async Task<StateOwnership> TakeAsync(string folder)
    {
        var pidFile = Path.Combine(folder, "apphost.pid");
        if (FolderLock.TryTake(Path.Combine(folder, "apphost.lock")) is not { } taken)
        {
            var owner = File.Exists(pidFile) ? $"process {(await File.ReadAllTextAsync(pidFile)).Trim()}" : "another process";
            throw new AmpException(ErrorCode.InvalidConfig, $"{owner} runs a cluster on {folder} already: stop it, or choose another folder by --amp-dir and other ports by --ports-from");
        }

        await File.WriteAllTextAsync(pidFile, Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n");
        return new StateOwnership(taken, pidFile);
    }

    public ValueTask DisposeAsync()
    {
        File.Delete(_pidFile);
        return _lock.DisposeAsync();
    }
}
