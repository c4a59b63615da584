using Amp.Shared.Faults;

namespace Amp.Shared.Lake;

/// <summary>The store of the lake's files: a local folder. Readers never see half a file, and no file is ever replaced.</summary>
public sealed class LakeStore(string root)
{
    /// <summary>Files under construction lie beside the published ones under this ending, which no reader asks for.</summary>
    public const string PartialExtension = ".partial";

    /// <summary>Absolute path of the root.</summary>
    public string Root { get; } = Path.GetFullPath(root);

    /// <summary>Where a reader of this machine finds a file.</summary>
    public string LocalPath(string relativePath) => Path.Join(Root, LakePath.Check(relativePath));

    /// <summary>Starts a file aside; nothing is to be seen of it until it is published.</summary>
    /// <exception cref="AmpException">OBJECT_STORE_ERROR: the folder cannot be made.</exception>
    public LakeUpload OpenWrite(string relativePath)
    {
        var target = LocalPath(relativePath);
        Guard(() => Directory.CreateDirectory(Path.GetDirectoryName(target)!), "make a folder");
        return new LakeUpload(this, relativePath, target, PartialOf(target));
    }

    /// <summary>Deletes a file and what is left of its construction; nothing to delete is no error.</summary>
    public void Delete(string relativePath)
    {
        var target = LocalPath(relativePath);
        if (!Directory.Exists(Path.GetDirectoryName(target)))
            return;
        Guard(() => File.Delete(target), "delete");
        Guard(() => File.Delete(PartialOf(target)), "delete");
    }

    /// <summary>Published files of a folder, by name; a folder that is not there has none.</summary>
    public IReadOnlyList<LakeFile> List(string relativeFolder)
    {
        var folder = new DirectoryInfo(LocalPath(relativeFolder));
        if (!folder.Exists)
            return [];
        var files = new List<LakeFile>();
        Guard(() => files.AddRange(folder.EnumerateFiles()
            .Where(f => !f.Name.StartsWith('.') && !f.Name.EndsWith(PartialExtension, StringComparison.Ordinal))
            .OrderBy(f => f.Name, StringComparer.Ordinal)
            .Select(f => new LakeFile($"{relativeFolder}/{f.Name}", f.Length))), "list");
        return files;
    }

    internal void Guard(Action act, string what)
    {
        try
        {
            act();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Refused(what, e);
        }
    }

    /// <summary>The store may come back (a full disk, a lost mount), hence retryable.</summary>
    internal RetryableException Refused(string what, Exception cause) =>
        new(ErrorCode.ObjectStoreError, $"data_dir '{Root}' did not let us {what}", cause);

    private static string PartialOf(string target) =>
        Path.Join(Path.GetDirectoryName(target), "." + Path.GetFileName(target) + PartialExtension);
}
