using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using Amp.Query.Functions;
using Amp.Shared.Faults;

namespace Amp.Query.Sql;

/// <summary>About how many bytes a function's result may take, by the sizes of its arguments; at most their sum where nothing is listed here.</summary>
internal static class FunctionSizes
{
    /// <summary>How often a text or list may be repeated that does not stand in the SQL itself.</summary>
    private const long MaxCount = GrowthGuard.MaxValueBytes;

    /// <summary>Characters of padding, which take 23 ns each: with 2,048 rows a fifth of a second, in which nothing stops the engine.</summary>
    private const long MaxPadding = 4096;

    /// <summary>Elements of a list that is resized, which take 280 ns each.</summary>
    private const long MaxResize = 1024;

    private const double Number = 16;

    private static readonly FrozenSet<string> _lambdas = Set(
        "list_transform array_transform list_apply array_apply apply list_filter array_filter filter");

    // Numbers, times, truth values, hashes.
    private static readonly FrozenSet<string> _small = AllowedFunctions.Numbers.Concat(AllowedFunctions.Times).Concat(Set(
        "!__postfix !~~ !~~* % & * ** + - / // <-> << <=> <@ >> @ @> ^ ^@ | ~ ~~ ~~* ~~~ and or not add subtract multiply divide mod xor hash typeof " +
        "ascii bit_length bit_position char_length character_length contains ends_with formatreadabledecimalsize formatreadablesize format_bytes get_bit hamming " +
        "ilike_escape instr jaccard len length length_grapheme like_escape md5 md5_number mismatches not_ilike_escape not_like_escape octet_length ord " +
        "parse_formatted_bytes position prefix regexp_full_match regexp_matches sha1 sha256 starts_with strlen strpos suffix unicode uuid gen_random_uuid " +
        "uuidv4 uuidv7 uuid_extract_timestamp uuid_extract_version array_contains array_has array_has_all array_has_any array_indexof array_length array_position " +
        "array_unique list_approx_count_distinct list_avg list_bool_and list_bool_or list_contains list_count list_has list_has_all list_has_any list_indexof " +
        "list_position list_sum list_unique cardinality map_contains map_contains_entry map_contains_value struct_contains struct_has struct_indexof struct_position " +
        "date_bin to_timestamp_seconds to_timestamp_millis to_timestamp_micros to_timestamp_nanos json_array_length json_contains json_exists json_type json_valid approx_count_distinct avg bool_and bool_or count count_if count_star countif sum " +
        "cume_dist dense_rank ntile percent_rank rank rank_dense row_number grouping grouping_id"))
        .Except(["to_base", "bin", "strftime", "bar", "+", "-"]).ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> _oneOf = Set("coalesce nullif ifnull if greatest least nvl nvl2");

    private static readonly FrozenSet<string> _gather = Set(
        "list array_agg string_agg group_concat listagg json_group_array json_group_object json_group_structure histogram approx_top_k");

    private static readonly FrozenDictionary<string, int> _times = new[]
    {
        (Set("hex to_hex unhex from_hex unbin from_binary base64 to_base64 regexp_escape"), 2),
        (Set("from_base64 url_encode evm_decode_hex"), 3),
        (Set("encode translate to_base"), 4),
        (Set("json_quote to_json array_to_json row_to_json json_array json_object"), 6),
        (Set("bin to_binary"), 8),
        (Set("split str_split string_split string_to_array str_split_regex string_split_regex regexp_split_to_array regexp_extract_all regexp_match strftime"), 16),
    }.SelectMany(g => g.Item1.Select(name => (name, g.Item2))).ToFrozenDictionary(p => p.name, p => p.Item2, StringComparer.Ordinal);

    public static bool TakesLambda(string name) => _lambdas.Contains(name);

    /// <summary>About how many elements a list of that size has.</summary>
    public static double Elements(double bytes) => Math.Max(1, bytes / 8);

    public static double Of(string name, IReadOnlyList<JsonElement> arguments, IReadOnlyList<double> sizes)
    {
        double At(int i) => i < sizes.Count ? Math.Max(1, sizes[i]) : 1;
        var sum = sizes.Sum() + 8 * sizes.Count;
        if (_small.Contains(name))
            return Number;
        if (_oneOf.Contains(name))
            return sizes.Append(Number).Max();
        if (_gather.Contains(name))
            return 64 * sum;
        if (_times.TryGetValue(name, out var times))
            return times * sum;
        return name switch
        {
            // Of numbers and dates; + also of lists.
            "+" => sizes.Sum(),
            "-" => sizes.Append(Number).Max(),
            "list_filter" or "array_filter" or "filter" => At(0),
            "list_transform" or "array_transform" or "list_apply" or "array_apply" or "apply" => At(1),
            "bar" => 4096,
            "evm_topic" => 32,
            "evm_decode_log" or "evm_decode" => Decoded(arguments, At(3)),
            "evm_decode_params" or "evm_decode_type" => Decoded(arguments, At(0)),
            "evm_encode_params" or "evm_encode_type" => ((EncodeParamsFunction)EvmFunctions.Compile(name, EvmFunctions.SignatureOf(name, arguments))).MostBytes(sizes.Sum()),
            "shift_units" => At(0) + 1000,
            "repeat" => At(0) * Count(name, arguments, 1, MaxCount),
            "lpad" or "rpad" => At(0) + At(2) + 4 * Count(name, arguments, 1, MaxPadding),
            "list_resize" or "array_resize" => At(0) + At(2) * 8 * Count(name, arguments, 1, MaxResize),
            "range" or "generate_series" => 8 * Elements(name, arguments),
            "replace" => At(0) * Literal(name, arguments, 2),
            "regexp_replace" => At(0) * Literal(name, arguments, 2),
            "concat_ws" => sum + (At(0) * sizes.Count),
            "format" or "printf" => Literal(name, arguments, 0) * sizes.Skip(1).Append(1).Max() + Width(name, arguments[0]),
            "array_to_string" or "list_string_agg" => At(0) + Elements(At(0)) * At(1),
            "list_aggregate" or "list_aggr" or "array_aggregate" or "array_aggr" or "aggregate" => Aggregate(name, arguments, At(0), At(2)),
            "list_select" or "array_select" => At(0) * Elements(At(1)),
            "json_extract" or "json_extract_path" or "json_extract_string" or "json_extract_path_text" or "->>" or "json_value" => Json(arguments, At(0), At(1)),
            "json_transform" or "json_transform_strict" or "from_json" or "from_json_strict" => At(0) + At(0) * At(1) / 2,
            _ => sum,
        };
    }

    /// <summary>A byte may become a number or a list, and each value has its place, null or not. Decoding is slow beside copying, and not interrupted within some thousand rows.</summary>
    private static double Decoded(IReadOnlyList<JsonElement> arguments, double data) =>
        16 * (data + 1 + (arguments.Count > 0 ? arguments[^1].LiteralText() ?? "" : "").Count(c => c is ',' or '('));

    private static long Count(string name, IReadOnlyList<JsonElement> arguments, int index, long most)
    {
        if (arguments.Count <= index)
            return 1;
        if (AtMost(arguments[index]) is not { } count)
            throw Refused($"{name}(…) needs its length or count as a number that is written out, or bounded by one: n % 100, least(n, 100), 64 - length(t).");
        if (count > most)
            throw GrowthGuard.TooLarge($"{name}(…) asks for {count}; at most {most} are allowed.");
        return Math.Max(0, count);
    }

    private static double Elements(string name, IReadOnlyList<JsonElement> arguments)
    {
        var end = arguments.Count > 2 ? -1 : arguments.Count - 1;
        var numbers = arguments.Select((a, i) => i == end ? AtMost(a) : Integer(a)).ToList();
        if (numbers.Contains(null))
            throw Refused($"{name}(…) as a value needs numbers that are written out; its end may be bounded by one: n % 100, least(n, 100). In FROM it takes anything: FROM {name}(…).");
        var (start, stop, by) = numbers.Count switch { 0 => (0, 0, 1), 1 => (0, numbers[0]!.Value, 1), 2 => (numbers[0]!.Value, numbers[1]!.Value, 1), _ => (numbers[0]!.Value, numbers[1]!.Value, numbers[2]!.Value) };
        return by == 0 ? 1 : Math.Max(0, ((double)stop - start) / by) + 1;
    }

    private static double Literal(string name, IReadOnlyList<JsonElement> arguments, int index)
    {
        if (arguments.Count <= index)
            return 1;
        return arguments[index].LiteralText() is { } text
            ? Math.Max(1, text.Length)
            : throw Refused($"{name}(…) needs its {(index == 0 ? "format" : "replacement")} as a text that is written out: one that is computed could make a value of any size.");
    }

    // Digits of a width: {:10d}, %10d; one that is an argument has another brace or an asterisk inside.
    private static long Width(string name, JsonElement format)
    {
        var (widest, total, digits) = (0L, 0L, 0L);
        var text = (format.LiteralText() ?? "").Replace("{{", "", StringComparison.Ordinal);
        var open = false;
        foreach (var c in text)
        {
            total += char.IsAsciiDigit(c) ? 0 : digits;
            digits = char.IsAsciiDigit(c) && (open || name == "printf") ? Math.Min(10 * digits + c - '0', int.MaxValue) : 0;
            widest = Math.Max(widest, digits);
            if ((c == '{' && open && name == "format") || (c == '*' && name == "printf"))
                throw Refused($"{name}(…) takes a width from its arguments, which could be of any size: write it out.");
            open = c == '{' || (open && c != '}');
        }

        if (widest > MaxPadding)
            throw GrowthGuard.TooLarge($"{name}(…) has the width {widest} in its format; at most {MaxPadding} are allowed.");
        return total + digits;
    }

    private static double Aggregate(string name, IReadOnlyList<JsonElement> arguments, double list, double separator)
    {
        var aggregate = arguments.Count > 1 ? arguments[1].LiteralText() : null;
        if (aggregate is null || !AllowedFunctions.Aggregates.Contains(EngineName.Fold(aggregate)))
            throw Refused($"{name}(…) needs the name of an aggregate, written out as a text{(aggregate is null ? "" : $": {aggregate} is not known, or not allowed in queries")}.");
        return list + Elements(list) * separator;
    }

    // A list of paths gives as many parts; a path with .. gives every part with all that is inside of it.
    private static double Json(IReadOnlyList<JsonElement> arguments, double json, double path)
    {
        var text = arguments.Count > 1 ? arguments[1].LiteralText() : "";
        return text is null && Integer(arguments[1]) is null ? json * Elements(path)
            : text?.Contains("..", StringComparison.Ordinal) == true ? json * json
            : json;
    }

    private static long? Integer(JsonElement expression) => expression.Text("class") switch
    {
        "CONSTANT" when expression.Child("value") is { } value => value.TryGetProperty("value", out var number) && number.ValueKind == JsonValueKind.Number
            ? number.TryGetInt64(out var result) ? result : long.MaxValue
            : expression.IsNullLiteral() ? 0 : null,
        "CAST" when expression.Child("cast_type")?.Text("id") is "INTEGER" or "BIGINT" or "UBIGINT" or "UINTEGER" or "SMALLINT" => Integer(expression.GetProperty("child")),
        _ => null,
    };

    // The largest number that an expression can be, where that stands in the SQL.
    private static long? AtMost(JsonElement expression)
    {
        if (Integer(expression) is { } number)
            return number;
        if (expression.Text("class") == "CAST")
            return AtMost(expression.GetProperty("child"));
        if (expression.Text("class") != "FUNCTION")
            return null;
        var arguments = expression.Items("children").ToList();
        return (EngineName.Fold(expression.Text("function_name")), arguments.Count) switch
        {
            ("%" or "mod", 2) => Integer(arguments[1]) is { } divisor and > long.MinValue ? Math.Abs(divisor) : null,
            ("-", 2) when arguments[1].Text("class") == "FUNCTION" && arguments[1].Text("function_name") is "length" or "len" or "strlen" => Integer(arguments[0]),
            ("least", > 0) => arguments.Select(AtMost).Min(),
            _ => null,
        };
    }

    private static FrozenSet<string> Set(string words) => words.Split(' ').ToFrozenSet(StringComparer.Ordinal);

    private static AmpException Refused(FormattableString message) => new(ErrorCode.InvalidPlan, message.ToString(CultureInfo.InvariantCulture));
}
