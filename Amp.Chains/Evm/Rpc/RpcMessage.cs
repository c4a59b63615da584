using System.Globalization;
using System.Text.Json;

namespace Amp.Chains.Evm.Rpc;

/// <summary>Tells what a message over a WebSocket is, from as little of it as that needs.</summary>
internal static class RpcMessage
{
    /// <summary>The id of the first answer in the message; 0 when it has none.</summary>
    /// <exception cref="JsonException">The message is not JSON-RPC.</exception>
    public static int FirstId(ReadOnlySpan<byte> message, out bool isNotification)
    {
        isNotification = false;
        var at = RpcAnswerIndex.Need(JsonSkip.Space(message, 0));
        if (message[at] == '[')
            at = RpcAnswerIndex.Need(JsonSkip.Space(message, at + 1));
        var members = new EnvelopeMembers(message, at);
        while (members.MoveNext())
        {
            if (members.Name.SequenceEqual("\"id\""u8))
                return RpcAnswerIndex.ReadId(members.Value);
            isNotification |= members.Name.SequenceEqual("\"method\""u8);
        }

        return 0;
    }

    /// <summary>The number of the block that a notification announces; null when it does not say so in a way that we know.</summary>
    public static ulong? AnnouncedHead(ReadOnlySpan<byte> message)
    {
        var json = new Utf8JsonReader(message);
        using var document = JsonDocument.ParseValue(ref json);
        return document.RootElement.TryGetProperty("params", out var parameters) && parameters.ValueKind == JsonValueKind.Object
            && parameters.TryGetProperty("result", out var header) && header.ValueKind == JsonValueKind.Object
            && header.TryGetProperty("number", out var number) && number.ValueKind == JsonValueKind.String
            && number.GetString() is { } text && text.StartsWith("0x", StringComparison.Ordinal)
            && ulong.TryParse(text.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var value)
                ? value
                : null;
    }
}
