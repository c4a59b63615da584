using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amp.Shared.Faults;

namespace Amp.Ctl.Arguments;

/// <summary>A file as an argument, or <c>-</c> for the standard input.</summary>
internal static class SourceArgument
{
    /// <summary>The Admin API takes no longer body.</summary>
    private const int MostBytes = 2 << 20;

    public static Argument<string> Create(string name, string description) => new(name) { HelpName = "FILE", Description = $"{description}; - reads the standard input." };

    public static async Task<string> ReadAsync(string source, CancellationToken ct)
    {
        try
        {
            await using var stream = source == "-" ? Console.OpenStandardInput() : File.OpenRead(source);
            var bytes = new byte[MostBytes + 1];
            var length = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, ct);
            return length <= MostBytes
                ? new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes.AsSpan(0, length)).TrimStart('\ufeff')
                : throw new AmpException(ErrorCode.PayloadTooLarge, $"{Name(source)} is longer than {MostBytes} bytes, which the Admin API takes at most");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            throw new AmpException(ErrorCode.InvalidRequest, $"{Name(source)} cannot be read as text", e);
        }
    }

    public static async Task<JsonNode> ReadJsonAsync(string source, CancellationToken ct)
    {
        try
        {
            return JsonNode.Parse(await ReadAsync(source, ct)) ?? throw new AmpException(ErrorCode.InvalidRequest, $"{Name(source)} is null; a JSON object is needed");
        }
        catch (JsonException e)
        {
            throw new AmpException(ErrorCode.InvalidRequest, $"{Name(source)} is not JSON", e);
        }
    }

    private static string Name(string source) => source == "-" ? "the standard input" : $"the file '{source}'";
}
