using System.Runtime.CompilerServices;
using Amp.Shared.Datasets;
using Amp.Shared.Lake.Stores;
using Amp.Shared.Options;

namespace Amp.Ctl.Commands.Dataset;

/// <summary>The manifests of a folder or bucket, as a controller's <c>manifests_dir</c> has them.</summary>
internal static class ManifestsInStore
{
    /// <returns>Path within the store, and bytes; null where it is gone again or too long.</returns>
    public static async IAsyncEnumerable<(string File, byte[]? Manifest)> ReadAsync(string address, [EnumeratorCancellation] CancellationToken ct)
    {
        var store = Open(address);
        using var connection = store as IDisposable;
        await foreach (var file in store.ListAsync(relativeFolder: null, recursive: true, ct))
        {
            if (!file.Path.EndsWith(ManifestFile.Extension, StringComparison.Ordinal))
                continue;

            // One byte more than is allowed tells a file that is too long.
            var manifest = await store.ReadRangeAsync(file.Path, 0, ManifestFile.MaxBytes + 1, ct);
            yield return (file.Path, manifest is { Length: > ManifestFile.MaxBytes } ? null : manifest);
        }
    }

    private static IObjectStore Open(string address)
    {
        // Of the settings of a service, only those of its manifests and of how buckets are reached have a meaning here.
        var process = SettingsRequest.OfThisProcess();
        var environment = process.Environment.Where(v => v.Key.StartsWith("AWS_", StringComparison.Ordinal)).ToDictionary(StringComparer.Ordinal);
        environment[ConfigKeys.ManifestsDir.Variable] = address;
        var settings = SettingsLoader.Load(process with { Environment = environment, NeedsDatabase = false });
        return ObjectStores.Open(settings.ManifestsDir, ConfigKeys.ManifestsDir, settings, TimeProvider.System);
    }
}
