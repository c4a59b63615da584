using Amp.Shared.Options;

namespace Amp.Shared.Lake.Stores;

/// <summary>Opens the stores that the settings name.</summary>
public static class ObjectStores
{
    /// <param name="address">A folder or a bucket, resolved: one of the settings below.</param>
    /// <param name="key">The key that says so.</param>
    /// <param name="settings">How buckets are reached.</param>
    /// <param name="time">The clock.</param>
    /// <param name="spool">Where files for a bucket are under construction; null for a process that writes none.</param>
    public static IObjectStore Open(string address, ConfigKey key, AmpSettings settings, TimeProvider time, ScratchFolder? spool = null) =>
        StoreAddress.IsBucket(address)
            ? new S3Store(address, key.Name, settings.ObjectStorage!, spool?.Path, time)
            : new FolderStore(address, key.Name, time);
}
