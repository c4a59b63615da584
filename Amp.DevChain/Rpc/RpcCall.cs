using System.Runtime.InteropServices;
using System.Text.Json;

namespace Amp.DevChain.Rpc;

/// <summary>One call of a request, read but not yet carried out.</summary>
/// <param name="Id">The id's JSON as it came; empty for a notification, which is not answered.</param>
/// <param name="Method">Name of the method; null where the call is malformed.</param>
/// <param name="Params">The array of parameters, or undefined.</param>
/// <param name="Problem">What is malformed about it.</param>
internal readonly record struct RpcCall(ReadOnlyMemory<byte> Id, string? Method, JsonElement Params, string? Problem)
{
    private static readonly byte[] NullId = "null"u8.ToArray();

    public bool IsNotification => Id.IsEmpty;

    public static RpcCall Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
            return new RpcCall(NullId, null, default, "invalid request: a call is an object");
        var id = ReadOnlyMemory<byte>.Empty;
        if (json.TryGetProperty("id"u8, out var given))
        {
            if (given.ValueKind is not (JsonValueKind.Number or JsonValueKind.String or JsonValueKind.Null))
                return new RpcCall(NullId, null, default, "invalid request: id is neither number, string nor null");
            id = JsonMarshal.GetRawUtf8Value(given).ToArray();
        }

        if (!json.TryGetProperty("jsonrpc"u8, out var version) || version.ValueKind != JsonValueKind.String || !version.ValueEquals("2.0"u8))
            return new RpcCall(id.IsEmpty ? NullId : id, null, default, "invalid request: jsonrpc is not \"2.0\"");
        if (!json.TryGetProperty("method"u8, out var method) || method.ValueKind != JsonValueKind.String)
            return new RpcCall(id.IsEmpty ? NullId : id, null, default, "invalid request: method is missing");
        json.TryGetProperty("params"u8, out var parameters);
        return new RpcCall(id, method.GetString(), parameters, null);
    }

    public int ParamCount => Params.ValueKind == JsonValueKind.Array ? Params.GetArrayLength() : 0;

    public JsonElement Param(int index) => index < ParamCount
        ? Params[index]
        : throw RpcException.Params($"missing value for required argument {index}");
}
