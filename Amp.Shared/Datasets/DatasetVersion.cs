using Amp.Shared.Faults;
using Semver;

namespace Amp.Shared.Datasets;

/// <summary>A strict SemVer 2.0 version. Build metadata is read and dropped: SemVer orders 1.0.0+a and 1.0.0 as equal, so both are one version.</summary>
public sealed class DatasetVersion : IComparable<DatasetVersion>, IEquatable<DatasetVersion>
{
    private const int Longest = 255;
    private readonly SemVersion _version;

    private DatasetVersion(SemVersion version, string text)
    {
        _version = version;
        Text = text;
    }

    /// <summary>Without build metadata; canonical, because of strictness.</summary>
    public string Text { get; }

    public static bool TryParse(string text, out DatasetVersion version)
    {
        version = null!;
        if (text.Length > Longest || !text.All(char.IsAscii) || !SemVersion.TryParse(text, SemVersionStyles.Strict, out var parsed))
            return false;
        version = new DatasetVersion(parsed, text.Split('+')[0]);
        return true;
    }

    public static DatasetVersion Parse(string text) => TryParse(text, out var version)
        ? version
        : throw new AmpException(ErrorCode.InvalidVersion, $"'{text}' is not a version: SemVer 2.0 such as 1.0.0 or 2.1.0-beta.1 is needed");

    public int CompareTo(DatasetVersion? other) => other is null ? 1 : _version.ComparePrecedenceTo(other._version);

    public bool Equals(DatasetVersion? other) => other is not null && string.Equals(Text, other.Text, StringComparison.Ordinal);

    public override bool Equals(object? obj) => Equals(obj as DatasetVersion);

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Text;
}
