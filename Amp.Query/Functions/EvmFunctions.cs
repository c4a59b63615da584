using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text.Json;
using Amp.Query.Sql;
using Amp.Shared.Faults;

namespace Amp.Query.Functions;

/// <summary>The functions of chain data by their names.</summary>
internal static class EvmFunctions
{
    private const int MaxCompiled = 1000;

    /// <summary>Those that are made for what their last argument says, with how many they take.</summary>
    private static readonly FrozenDictionary<string, (int Arguments, Func<string, EvmFunction> Make)> _bySignature =
        new Dictionary<string, (int, Func<string, EvmFunction>)>(StringComparer.Ordinal)
        {
            ["evm_topic"] = (1, s => new TopicFunction(s)),
            ["evm_decode_log"] = (5, s => new DecodeLogFunction(s)),
            ["evm_decode"] = (5, s => new DecodeLogFunction(s)),
            ["evm_decode_params"] = (2, s => new DecodeParamsFunction(s)),
            ["evm_decode_type"] = (2, s => new DecodeTypeFunction(s)),
        }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly ConcurrentDictionary<(string Name, string Signature), EvmFunction> _compiled = new();

    /// <summary>Those that are the same for every query.</summary>
    public static IReadOnlyList<(string Name, EvmFunction Function)> Plain { get; } =
        [("evm_decode_hex", new DecodeHexFunction()), ("evm_encode_hex", new EncodeHexFunction()), ("shift_units", new ShiftUnitsFunction())];

    public static IEnumerable<string> Names => _bySignature.Keys.Concat(Plain.Select(p => p.Name));

    public static bool IsBySignature(string name) => _bySignature.ContainsKey(name);

    /// <summary>The signature of a call; throws where it is not written out.</summary>
    public static string SignatureOf(JsonElement call)
    {
        var name = call.Text("function_name");
        var arguments = call.Items("children").ToList();
        var wanted = _bySignature[name].Arguments;
        if (arguments.Count != wanted)
            throw new AmpException(ErrorCode.InvalidPlan, $"{name} takes {wanted} argument{(wanted == 1 ? "" : "s")}, not {arguments.Count}: see \"Functions of chain data\" in docs/querying.md.");
        return arguments[^1].LiteralText()
            ?? throw new AmpException(ErrorCode.InvalidPlan, $"The last argument of {name} must be written out as text, 'Transfer(address indexed from, …)' for example: it decides of which type the answer is.");
    }

    public static EvmFunction Compile(string name, string signature)
    {
        if (_compiled.TryGetValue((name, signature), out var known))
            return known;
        if (_compiled.Count >= MaxCompiled)
            _compiled.Clear();
        return _compiled.GetOrAdd((name, signature), _bySignature[name].Make(signature));
    }
}
