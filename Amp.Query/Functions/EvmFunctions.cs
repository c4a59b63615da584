using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text.Json;
using Amp.Query.Functions.Abi;
using Amp.Query.Sql;
using Amp.Shared.Faults;

namespace Amp.Query.Functions;

/// <summary>The functions of chain data. Their page, docs/functions.md, is made from this list.</summary>
internal static class EvmFunctions
{
    private const int MaxCompiled = 1000;

    private static readonly ConcurrentDictionary<(string Name, string Signature), EvmFunction> _compiled = new();

    public static IReadOnlyList<EvmFunctionEntry> All { get; } =
    [
        new(
            "evm_topic(signature)",
            "The first topic of an event's logs: the Keccak-256 hash of its canonical signature. Names and `indexed` may stand in the signature.",
            ("evm_topic('Transfer(address indexed from, address indexed to, uint256 value)')", "\"ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef\""))
        {
            BySignature = s => new TopicFunction(s),
            ArgumentsWith = _ => 1,
        },
        new(
            "evm_decode_log(topic1, topic2, topic3, data, signature)",
            "A struct of the event's parameters; null where the log is none of it. Compare `topic0` with `evm_topic` first: what the topic says is not looked at again.",
            ("evm_decode_log(NULL, NULL, NULL, evm_encode_hex(lpad('2a', 64, '0')), 'Set(uint64 value)')", "{\"value\":42}"))
        {
            Alias = "evm_decode",
            BySignature = s => new DecodeLogFunction(s),
            ArgumentsWith = _ => 5,
        },
        new(
            "evm_decode_params(input, signature)",
            "A struct of a call's parameters; null where the input, which begins with its selector, is of another function.",
            ("evm_decode_params(evm_encode_hex('0xcdcd77c000000000000000000000000000000000000000000000000000000000000000450000000000000000000000000000000000000000000000000000000000000001'), 'baz(uint32 x, bool y)')", "{\"x\":69,\"y\":true}"))
        {
            BySignature = s => new DecodeParamsFunction(s),
            ArgumentsWith = _ => 2,
        },
        new(
            "evm_encode_params(v1, …, signature)",
            "The selector and the parameters of a call, as bytes; null where a value, or something within one, is null.",
            ("evm_encode_params(69, true, 'baz(uint32,bool)')", "\"cdcd77c000000000000000000000000000000000000000000000000000000000000000450000000000000000000000000000000000000000000000000000000000000001\""))
        {
            BySignature = EncodeParamsFunction.OfCall,
            ArgumentsWith = s => AbiParser.Signature(s).Parameters.Count + 1,
        },
        new(
            "evm_decode_type(data, type)",
            "One value of the contract ABI; null where the data holds none.",
            ("evm_decode_type(evm_encode_hex(lpad('ff', 64, '0')), 'uint8')", "255"))
        {
            BySignature = s => new DecodeTypeFunction(s),
            ArgumentsWith = _ => 2,
        },
        new(
            "evm_encode_type(value, type)",
            "The bytes of one value of the contract ABI; null where it, or something within it, is null.",
            ("evm_encode_type('-1', 'int16')", "\"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\""))
        {
            BySignature = EncodeParamsFunction.OfType,
            ArgumentsWith = _ => 2,
        },
        new(
            "evm_decode_hex(bytes)",
            "Bytes as text: `0x` and lower-case digits. (The names are historical: decoding makes text.)",
            ("evm_decode_hex('\\xAB\\x01'::BLOB)", "\"0xab01\""))
        {
            Plain = new DecodeHexFunction(),
        },
        new(
            "evm_encode_hex(text)",
            "The bytes of hex digits, with `0x` before them or without; text that is no hex is an error.",
            ("evm_encode_hex('0xAB01')", "\"ab01\""))
        {
            Plain = new EncodeHexFunction(),
        },
        new(
            "shift_units(value, n)",
            "The decimal point of an integer, a decimal or its text moved by n places to the right (negative: to the left); exact, as text.",
            ("shift_units('1500000000000000000', -18)", "\"1.5\""),
            ("shift_units('1.5', 18)", "\"1500000000000000000\""))
        {
            Plain = new ShiftUnitsFunction(),
        },
    ];

    private static readonly FrozenDictionary<string, EvmFunctionEntry> _byName =
        All.Select(e => (e.Name, Entry: e)).Concat(All.Where(e => e.Alias is not null).Select(e => (Name: e.Alias!, Entry: e)))
            .ToFrozenDictionary(e => e.Name, e => e.Entry, StringComparer.Ordinal);

    /// <summary>Those that are the same for every query.</summary>
    public static IEnumerable<(string Name, EvmFunction Function)> Plain => All.Where(e => e.Plain is not null).Select(e => (e.Name, e.Plain!));

    public static IEnumerable<string> Names => _byName.Keys;

    public static bool IsBySignature(string name) => _byName.TryGetValue(name, out var entry) && entry.BySignature is not null;

    /// <summary>The signature of a call; throws where it is not written out.</summary>
    public static string SignatureOf(JsonElement call) => SignatureOf(call.Text("function_name"), [.. call.Items("children")]);

    public static string SignatureOf(string name, IReadOnlyList<JsonElement> arguments)
    {
        var entry = _byName[name];
        if (arguments.Count == 0)
            throw new AmpException(ErrorCode.InvalidPlan, $"{name} takes arguments: {entry.Call}.");
        var signature = arguments[^1].LiteralText()
            ?? throw new AmpException(ErrorCode.InvalidPlan, $"The last argument of {name} must be written out as text, 'Transfer(address indexed from, …)' for example: it decides of which type the answer is.");
        var wanted = entry.ArgumentsWith(signature);
        return arguments.Count == wanted
            ? signature
            : throw new AmpException(ErrorCode.InvalidPlan, $"{name} takes {wanted} argument{(wanted == 1 ? "" : "s")}, not {arguments.Count}: {entry.Call}.");
    }

    public static EvmFunction Compile(string name, string signature)
    {
        if (_compiled.TryGetValue((name, signature), out var known))
            return known;
        if (_compiled.Count >= MaxCompiled)
            _compiled.Clear();
        return _compiled.GetOrAdd((name, signature), _byName[name].BySignature!(signature));
    }
}
