using System.Text;
using Amp.Shared.Faults;

namespace Amp.Shared.Lake;

/// <summary>Relative paths of the lake: parts joined by '/', none of which can lead out of the root.</summary>
public static class LakePath
{
    // What stores take (S3: 1,024 bytes of a key) and file systems (255 bytes of a name).
    private const int LongestPath = 1024;
    private const int LongestPart = 255;

    /// <summary>The path itself.</summary>
    /// <exception cref="AmpException">It is absolute, empty, or has a part that is not a plain name.</exception>
    public static string Check(string relativePath)
    {
        return IsValid(relativePath) ? relativePath : throw new AmpException(
            ErrorCode.ObjectStoreError, $"'{relativePath}' is not a path of the lake: names joined by '/', without '..', are needed");
    }

    public static bool IsValid(string relativePath) =>
        relativePath.Length > 0 && Encoding.UTF8.GetByteCount(relativePath) <= LongestPath && relativePath.Split('/').All(IsName);

    /// <summary>Whether a file there is called as those are that we write: a segment, or a manifest. What others put into the lake is not ours to take away.</summary>
    public static bool IsOurs(string relativePath) =>
        SegmentFileName.IsOne(relativePath[(relativePath.LastIndexOf('/') + 1)..]) || LakeManifests.IsIn(relativePath);

    private static bool IsName(string part) =>
        part.Length > 0 && Encoding.UTF8.GetByteCount(part) <= LongestPart && part is not "." and not ".." && !part.Any(c => c is '\\' or '\0' || char.IsControl(c));
}
