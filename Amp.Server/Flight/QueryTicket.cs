using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Amp.Shared.Faults;

namespace Amp.Server.Flight;

/// <summary>All that a server needs to answer a planned query, so that any server behind a load balancer can redeem it.</summary>
/// <param name="Sql">The query as the client gave it.</param>
/// <param name="Streaming">Whether the client asked for a stream that follows the chain.</param>
/// <param name="Cursor">The client's <c>amp-resume</c> text, checked; null when it sent none.</param>
/// <param name="SnapshotTime">The database's time of the catalogue that the plan saw; the server that redeems it answers from none that is older. Null when the query reads no table.</param>
/// <remarks>
/// On the wire: FF 'A' 'M' 'P', a version byte, JSON, and the first 16 bytes of the SHA-256 of all before. The first byte never begins
/// UTF-8 text, so a ticket is never mistaken for plain SQL. It is a checksum, not a signature: servers share no secret, and a
/// ticket grants nothing that sending its SQL would not grant, so only damage and truncation have to be found.
/// </remarks>
public sealed record QueryTicket(
    [property: JsonPropertyName("sql")] string Sql,
    [property: JsonPropertyName("streaming")] bool Streaming,
    [property: JsonPropertyName("cursor"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Cursor,
    [property: JsonPropertyName("snapshot_time")] DateTimeOffset? SnapshotTime)
{
    private const byte Version = 1;
    private const int ChecksumLength = 16;
    private static readonly UTF8Encoding _utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly JsonSerializerOptions _json = new()
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        // Otherwise each quote of the SQL takes six bytes, and a long list of literals no longer fits into a message.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };


    private static ReadOnlySpan<byte> Magic => [0xFF, (byte)'A', (byte)'M', (byte)'P'];

    public byte[] ToBytes()
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(this, _json);
        var bytes = new byte[Magic.Length + 1 + payload.Length + ChecksumLength];
        Magic.CopyTo(bytes);
        bytes[Magic.Length] = Version;
        payload.CopyTo(bytes, Magic.Length + 1);
        Checksum(bytes.AsSpan(0, bytes.Length - ChecksumLength), bytes.AsSpan(bytes.Length - ChecksumLength));
        return bytes;
    }

    /// <summary>Reads a ticket of <see cref="ToBytes"/>, or one that is plain SQL in UTF-8.</summary>
    /// <exception cref="AmpException">INVALID_TICKET: damaged, truncated, of another version, or neither a ticket nor text.</exception>
    public static QueryTicket Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            throw Invalid("it is empty");
        if (bytes[0] != Magic[0])
            return new QueryTicket(ReadText(bytes), Streaming: false, Cursor: null, SnapshotTime: null);
        if (!bytes.StartsWith(Magic) || bytes.Length < Magic.Length + 1 + ChecksumLength)
            throw Invalid("it is damaged or cut short");
        if (bytes[Magic.Length] != Version)
            throw Invalid($"it is of version {bytes[Magic.Length]}, this server reads version {Version}");

        Span<byte> checksum = stackalloc byte[ChecksumLength];
        var signed = bytes[..^ChecksumLength];
        Checksum(signed, checksum);
        if (!checksum.SequenceEqual(bytes[^ChecksumLength..]))
            throw Invalid("its checksum does not match: it was damaged or changed on the way");

        try
        {
            // A property that is absent is null all the same.
            return JsonSerializer.Deserialize<QueryTicket>(signed[(Magic.Length + 1)..], _json) is { Sql: not null } ticket ? ticket : throw Invalid("it holds no query");
        }
        catch (JsonException e)
        {
            throw new AmpException(ErrorCode.InvalidTicket, "The ticket cannot be read", e);
        }
    }

    private static string ReadText(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return _utf8.GetString(bytes);
        }
        catch (ArgumentException e)
        {
            throw new AmpException(ErrorCode.InvalidTicket, "The ticket is neither one of this server's tickets nor SQL in UTF-8", e);
        }
    }

    private static void Checksum(ReadOnlySpan<byte> bytes, Span<byte> target)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        hash[..ChecksumLength].CopyTo(target);
    }

    private static AmpException Invalid(string reason) =>
        new(ErrorCode.InvalidTicket, $"The ticket is refused: {reason}. Ask for a new one.");
}
