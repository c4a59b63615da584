using System.Text.Json;
using Amp.Shared.Chain;
using Amp.Shared.Faults;

namespace Amp.Server.Flight;

/// <summary>The form of a resume cursor: <c>{"network":{"number":N,"hash":"0x…"}}</c>, where the last batch of each network ended.</summary>
public static class ResumeCursor
{
    /// <exception cref="AmpException">INVALID_CURSOR: not JSON, or not of this form.</exception>
    public static void Check(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            if (json.RootElement.ValueKind != JsonValueKind.Object)
                throw Invalid("it is not a JSON object", null);
            foreach (var network in json.RootElement.EnumerateObject())
            {
                if (network.Value.ValueKind != JsonValueKind.Object
                    || !network.Value.TryGetProperty("number", out var number) || number.ValueKind != JsonValueKind.Number || !number.TryGetUInt64(out _)
                    || !network.Value.TryGetProperty("hash", out var hash) || hash.ValueKind != JsonValueKind.String || !Hash32.TryParse(hash.GetString(), out _))
                    throw Invalid($"'{network.Name}' needs a block number and a 0x hash of 32 bytes", null);
            }
        }
        catch (JsonException e)
        {
            throw Invalid("it is not JSON", e);
        }
    }

    private static AmpException Invalid(string reason, Exception? cause) =>
        new(ErrorCode.InvalidCursor, $"The header {StreamRequest.ResumeHeader} cannot be read: {reason}", cause);
}
