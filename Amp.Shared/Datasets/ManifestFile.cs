using Amp.Shared.Faults;

namespace Amp.Shared.Datasets;

/// <summary>How manifests lie in a folder or bucket: <c>namespace/name.json</c> or <c>namespace/name@version.json</c>.</summary>
public static class ManifestFile
{
    public const string Extension = ".json";

    /// <summary>No manifest is longer.</summary>
    public const int MaxBytes = 2 << 20;

    /// <param name="path">Relative to the folder, with <see cref="Extension"/> at its end.</param>
    /// <returns>The dataset, as <c>latest</c> where the file names no version.</returns>
    public static DatasetReference Read(string path)
    {
        if (path[..^Extension.Length].Split('/') is not [var ns, var file])
            throw new AmpException(ErrorCode.ManifestRegistrationError, "the file lies elsewhere than <namespace>/<name>[@version].json");
        var at = file.IndexOf('@', StringComparison.Ordinal);
        return new DatasetReference(
            DatasetNames.CheckNamespace(ns),
            DatasetNames.CheckName(at < 0 ? file : file[..at]),
            at < 0 ? DatasetRevision.Latest : new DatasetRevision.VersionRevision(DatasetVersion.Parse(file[(at + 1)..])));
    }
}
