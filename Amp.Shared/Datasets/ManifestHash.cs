using System.Security.Cryptography;
using Amp.Shared.Faults;

namespace Amp.Shared.Datasets;

/// <summary>SHA-256 of a manifest's canonical bytes: 64 hex digits, read in either case, kept in lower case.</summary>
public readonly record struct ManifestHash
{
    private readonly string? _text;

    private ManifestHash(string text) => _text = text;

    public static ManifestHash Of(ReadOnlySpan<byte> canonicalBytes) => new(Convert.ToHexStringLower(SHA256.HashData(canonicalBytes)));

    public static bool TryParse(string text, out ManifestHash hash)
    {
        var valid = text.Length == 64 && text.All(char.IsAsciiHexDigit);
        hash = valid ? new ManifestHash(text.ToLowerInvariant()) : default;
        return valid;
    }

    public static ManifestHash Parse(string text) => TryParse(text, out var hash)
        ? hash
        : throw new AmpException(ErrorCode.InvalidManifestHash, $"'{text}' is not a manifest hash: 64 hex digits are needed");

    public override string ToString() => _text ?? "";
}
