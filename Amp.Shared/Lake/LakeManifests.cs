using System.Globalization;
using Amp.Shared.Datasets;
using Amp.Shared.Faults;
using Amp.Shared.Lake.Stores;

namespace Amp.Shared.Lake;

/// <summary>
/// What the lake keeps of its datasets beside their tables, so that a catalogue can be made from it alone: the manifest of every version that was
/// extracted, <c>namespace/name/.manifests/HASH.json</c>, and what named it, an empty file <c>HASH@TAG@MICROSECONDS</c>. No table is called so.
/// </summary>
public static class LakeManifests
{
    private const string Folder = ".manifests";
    private const string Extension = ".json";
    private const int Attempts = 8;

    /// <summary>Keeps a manifest and its tags; what is there already stays.</summary>
    /// <param name="lake">The lake.</param>
    /// <param name="ns">Namespace of the dataset.</param>
    /// <param name="name">Name of the dataset.</param>
    /// <param name="hash">The manifest's.</param>
    /// <param name="content">Its canonical bytes.</param>
    /// <param name="tags">The tags that name it, and since when.</param>
    /// <param name="cancellationToken">Ends it; what is missing is kept the next time.</param>
    public static async Task KeepAsync(
        IObjectStore lake, string ns, string name, ManifestHash hash, byte[] content, IEnumerable<(string Tag, DateTimeOffset Since)> tags, CancellationToken cancellationToken)
    {
        var folder = $"{ns}/{name}/{Folder}";
        await PutAsync(lake, $"{folder}/{hash}{Extension}", content, cancellationToken);
        foreach (var (tag, since) in tags)
            await PutAsync(lake, string.Create(CultureInfo.InvariantCulture, $"{folder}/{hash}@{tag}@{MicrosecondsOf(since)}"), [], cancellationToken);
    }

    /// <summary>What a path of the lake says; null when it is another file.</summary>
    public static LakeManifest? Parse(string path)
    {
        if (path.Split('/') is not [var ns, var name, Folder, var file] || !DatasetNames.IsNamespace(ns) || !DatasetNames.IsName(name))
            return null;
        if (file.EndsWith(Extension, StringComparison.Ordinal) && ManifestHash.TryParse(file[..^Extension.Length], out var hash))
            return new LakeManifest(path, ns, name, hash, Tag: null, Since: 0);
        return file.Split('@') is [var of, var tag, var since] && ManifestHash.TryParse(of, out hash)
            && long.TryParse(since, NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds)
                ? new LakeManifest(path, ns, name, hash, tag, microseconds)
                : null;
    }

    /// <summary>Whether a path of the lake lies where manifests are kept.</summary>
    internal static bool IsIn(string path) => path.Split('/') is [_, _, Folder, _];

    private static async Task PutAsync(IObjectStore lake, string path, byte[] content, CancellationToken cancellationToken)
    {
        for (var attempt = 1; await lake.FindAsync(path, cancellationToken) is null; attempt++)
        {
            try
            {
                using var upload = lake.OpenWrite(path);
                await File.WriteAllBytesAsync(upload.LocalPath, content, cancellationToken);
                await upload.PublishAsync(cancellationToken);
                return;
            }
            catch (Exception e) when (e is AmpException or IOException or UnauthorizedAccessException)
            {
                // Workers that write the same bytes at this moment are in each other's way: one of them comes through.
                if (attempt == Attempts)
                    throw e as AmpException ?? new RetryableException(ErrorCode.ObjectStoreError, $"'{path}' could not be kept in the lake at '{lake.Root}'", e);
                await Task.Delay(Random.Shared.Next(10, 50) * attempt, cancellationToken);
            }
        }
    }

    private static long MicrosecondsOf(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}

/// <summary>A manifest of the lake, or a tag that names it.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Tag">Null for the manifest itself.</param>
/// <param name="Since">When the tag came to name it, in microseconds since 1970.</param>
public sealed record LakeManifest(string Path, string Namespace, string Name, ManifestHash Hash, string? Tag, long Since);
