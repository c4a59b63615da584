using System.Buffers.Text;
using System.Text.Json;

namespace Amp.Chains.Evm.Rpc;

/// <summary>Finds the results of a request's calls in the answer, in whatever order the node put them.</summary>
internal static class RpcAnswerIndex
{
    /// <summary>Fills the results by the places of their calls.</summary>
    /// <param name="body">The whole answer.</param>
    /// <param name="results">One for each call, left as they are where the node said nothing.</param>
    /// <param name="whole">The error that the node answered the request with as a whole.</param>
    /// <exception cref="JsonException">The answer is not, or not yet at its end, JSON-RPC.</exception>
    public static void Read(ReadOnlySpan<byte> body, Span<RpcResult> results, out RpcError? whole, int firstId = 1)
    {
        whole = null;
        var at = JsonSkip.Space(body, 0);
        if (at < 0)
            throw new JsonException("The answer is empty.");
        if (body[at] == '{')
        {
            at = ReadEnvelope(body, at, results, firstId, ref whole);
        }
        else if (body[at] == '[')
        {
            at = Need(JsonSkip.Space(body, at + 1));
            while (body[at] != ']')
            {
                at = Need(JsonSkip.Space(body, ReadEnvelope(body, at, results, firstId, ref whole)));
                if (body[at] == ',')
                    at = Need(JsonSkip.Space(body, at + 1));
                else if (body[at] != ']')
                    throw Broken(body, at);
            }

            at++;
        }
        else
        {
            throw Broken(body, at);
        }

        if (JsonSkip.Space(body, at) >= 0)
            throw Broken(body, at);
    }

    private static int ReadEnvelope(ReadOnlySpan<byte> body, int at, Span<RpcResult> results, int firstId, ref RpcError? whole)
    {
        var id = 0;
        var (start, length) = (0, 0);
        RpcError? error = null;
        var members = new EnvelopeMembers(body, at);
        while (members.MoveNext())
        {
            var value = members.Value;
            if (members.Name.SequenceEqual("\"id\""u8))
                id = ReadId(value);
            else if (members.Name.SequenceEqual("\"result\""u8))
                (start, length) = (members.ValueStart, value.Length);
            else if (members.Name.SequenceEqual("\"error\""u8) && !value.SequenceEqual("null"u8))
                error = ReadError(value);
        }

        if (id >= firstId && id - firstId < results.Length)
            results[id - firstId] = error is null ? new RpcResult(start, length, null) : new RpcResult(0, 0, error);
        else if (error is not null)
            whole = error;
        return members.After;
    }

    internal static int ReadId(ReadOnlySpan<byte> value) =>
        Utf8Parser.TryParse(value.Trim((byte)'"'), out int id, out var used) && used > 0 ? id : 0;

    private static RpcError ReadError(ReadOnlySpan<byte> value)
    {
        var json = new Utf8JsonReader(value);
        using var document = JsonDocument.ParseValue(ref json);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
            return new RpcError(0, root.ToString());
        var code = root.TryGetProperty("code", out var c) && c.ValueKind == JsonValueKind.Number && c.TryGetInt64(out var number) ? number : 0;
        var message = root.TryGetProperty("message", out var m) ? m.ToString() : "";
        return new RpcError(code, message);
    }

    internal static int Need(int at) => at >= 0 ? at : throw new JsonException("The answer ends too early.");

    internal static JsonException Broken(ReadOnlySpan<byte> body, int at) =>
        new($"Byte {at} of {body.Length}: '{(char)body[at]}' is not JSON-RPC.");
}
