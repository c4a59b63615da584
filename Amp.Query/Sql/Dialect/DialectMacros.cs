using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using Amp.Shared.Faults;

namespace Amp.Query.Sql.Dialect;

/// <summary>
/// DataFusion's functions as definitions of the engine, and those of the engine that would mean something else by the same name. The engine puts
/// a definition in the place of its call, so each tells how often it uses each argument: calls inside of calls multiply.
/// </summary>
internal static class DialectMacros
{
    /// <summary>Fields of a struct(…); the call cannot be told from the type by tokens.</summary>
    private const int MaxFields = 32;

    /// <summary>Expressions that a call may stand for.</summary>
    private const int MaxExpanded = 5000;

    private const string ByZero = "error('Division by zero: write x / nullif(y, 0) to get null there.')";

    // The engine's own answer is 2^64 - x. A definition for each type would have it try all of them at each level of the differences, too.
    private const string OfUnsigned = "error('The minus stands before an unsigned integer, which has no negative: write -CAST(x AS DECIMAL(38,0)).')";

    private static readonly (string Name, string[] Definitions, int[] Uses)[] _macros =
    [
        // A second definition for intervals would have the engine try both at each level of divisions in divisions: twice the work for each.
        ("//", [$"(a, b) AS CASE WHEN b = 0 THEN {ByZero} ELSE system.main.\"//\"(a, b) END"], [1, 2]),
        ("%", [$"(a, b) AS CASE WHEN b = 0 THEN {ByZero} ELSE system.main.\"%\"(a, b) END"], [1, 2]),
        ("mod", [$"(a, b) AS CASE WHEN b = 0 THEN {ByZero} ELSE system.main.mod(a, b) END"], [1, 2]),
        ("-", [$"(a) AS CASE WHEN typeof(a) IN ('UTINYINT', 'USMALLINT', 'UINTEGER', 'UBIGINT', 'UHUGEINT') THEN {OfUnsigned} ELSE system.main.\"-\"(a) END", "(a, b) AS system.main.\"-\"(a, b)"], [2]),
        ("decode", [
            "(b) AS system.main.decode(b)",
            """
            (t, f) AS CASE lower(f) WHEN 'hex' THEN evm_encode_hex(CAST(t AS VARCHAR))
            WHEN 'base64' THEN from_base64(rpad(rtrim(CAST(t AS VARCHAR), '='), CAST((length(rtrim(CAST(t AS VARCHAR), '=')) + 3) & -4 AS INTEGER), '='))
            ELSE error('decode reads hex and base64, not ' || f) END
            """], [3, 2]),
        ("encode", [
            "(t) AS system.main.encode(t)",
            """
            (b, f) AS CASE lower(f) WHEN 'hex' THEN lower(hex(b)) WHEN 'base64' THEN rtrim(to_base64(unhex(hex(b))), '=')
            ELSE error('encode writes hex and base64, not ' || f) END
            """], [2, 2]),
        ("struct", [.. Enumerable.Range(1, MaxFields).Select(Struct)], []),
        ("nvl", ["(a, b) AS coalesce(a, b)"], []),
        ("nvl2", ["(a, b, c) AS CASE WHEN a IS NOT NULL THEN b ELSE c END"], []),
        ("btrim", ["(t) AS trim(t)", "(t, c) AS trim(t, c)"], []),
        ("date_bin", [
            "(i, t) AS time_bucket(CAST(i AS INTERVAL), t, TIMESTAMP '1970-01-01')",
            "(i, t, o) AS time_bucket(CAST(i AS INTERVAL), t, o)"], []),
        ("to_timestamp_seconds", ["(n) AS make_timestamp(CAST(trunc(n) AS BIGINT) * 1000000)"], []),
        ("to_timestamp_millis", ["(n) AS make_timestamp(CAST(trunc(n) AS BIGINT) * 1000)"], []),
        ("to_timestamp_micros", ["(n) AS make_timestamp(CAST(trunc(n) AS BIGINT))"], []),
        ("to_timestamp_nanos", ["(n) AS make_timestamp_ns(CAST(trunc(n) AS BIGINT))"], []),
        ("regexp_match", [$"(t, p) AS {Match("p")}", $"(t, p, f) AS {Match("('(?' || f || ')' || p)")}"], [11, 17]),
        ("arrow_typeof", [$"(x) AS coalesce({TypeNames}[typeof(x)], regexp_replace(typeof(x), 'DECIMAL\\((\\d+),(\\d+)\\)', 'Decimal128(\\1, \\2)', 'g'))"], [2]),
    ];

    private static readonly FrozenDictionary<string, int[]> _uses = _macros.Where(m => m.Uses.Length > 0).ToFrozenDictionary(m => m.Name, m => m.Uses, StringComparer.Ordinal);

    public static IEnumerable<string> Names => _macros.Select(m => m.Name);

    /// <summary>What makes them known to an instance.</summary>
    public static string Sql { get; } = string.Join('\n', _macros.Select(m => $"CREATE MACRO \"{m.Name}\"{string.Join(", ", m.Definitions)};"));

    /// <summary>Throws where calls inside of calls stand for more expressions than the engine should see.</summary>
    public static void Check(ParsedQuery query)
    {
        // Beyond what is written: the engine plans each of them.
        var added = Expanded(query.Node) - Written(query.Node);
        if (added > MaxExpanded)
            throw TooMany("The functions of the query together stand", added);
    }

    /// <summary>How often the engine sees an argument of a call.</summary>
    public static int UsesOf(JsonElement call, int argument) =>
        call.Text("class") == "FUNCTION" && _uses.TryGetValue(Called(call), out var uses) ? uses[Math.Min(argument, uses.Length - 1)] : 1;

    private static double Written(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().Sum(Written),
        JsonValueKind.Object when element.Text("class") == "CONSTANT" => 1,
        JsonValueKind.Object => (element.TryGetProperty("class", out _) ? 1 : 0) + element.EnumerateObject().Sum(p => Written(p.Value)),
        _ => 0,
    };

    private static double Expanded(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().Sum(Expanded),
        JsonValueKind.Object when element.Text("class") == "CONSTANT" => 1,
        JsonValueKind.Object when element.Text("class") == "FUNCTION" && _uses.TryGetValue(Called(element), out var uses) => OfCall(element, uses),
        JsonValueKind.Object => (element.TryGetProperty("class", out _) ? 1 : 0) + element.EnumerateObject().Sum(p => Expanded(p.Value)),
        _ => 0,
    };

    private static double OfCall(JsonElement call, int[] uses)
    {
        var expanded = call.Items("children").Select((c, i) => Expanded(c) * uses[Math.Min(i, uses.Length - 1)]).Sum() + 1;
        return expanded <= MaxExpanded ? expanded : throw TooMany($"{call.Text("function_name")} stands", expanded);
    }

    private static AmpException TooMany(string what, double expanded) => new(ErrorCode.ResourcesExhausted, string.Create(
        CultureInfo.InvariantCulture,
        $"{what} for {expanded:F0} expressions, because functions that compute with others of their kind use them more than once; at most {MaxExpanded} are allowed: name the inner ones in a subquery."));

    // With integer_division the engine takes / for //. A difference uses its arguments once, and only a sign uses its own twice.
    private static string Called(JsonElement call) => EngineName.Fold(call.Text("function_name")) switch
    {
        "/" => "//",
        "-" when call.Items("children").Count() > 1 => "",
        var name => name,
    };

    private static string Struct(int fields) =>
        $"({string.Join(", ", Enumerable.Range(0, fields).Select(i => $"a{i}"))}) AS {{{string.Join(", ", Enumerable.Range(0, fields).Select(i => $"'c{i}': a{i}"))}}}";

    // The engine knows nine groups; a pattern without one gives what it matches.
    private static string Match(string pattern) =>
        $"CASE WHEN regexp_matches(t, {pattern}) THEN CASE WHEN {Groups(pattern)} = 0 THEN [regexp_extract(t, {pattern}, 0)] ELSE [{string.Join(", ", Enumerable.Range(1, 9).Select(g => $"regexp_extract(t, {pattern}, {g})"))}][1:{Groups(pattern)}] END END";

    // Brackets that open a group: not those that are escaped, stand in a class, or begin (?: and the like.
    private static string Groups(string pattern)
    {
        var plain = $"""regexp_replace({pattern}, '\\.|\[\^?\]?[^\]]*\]', '', 'g')""";
        return $"""(length({plain}) - length(replace({plain}, '(', '')) - len(regexp_extract_all({plain}, '\(\?[^P<]')))""";
    }

    private static string TypeNames => $"MAP {{{string.Join(", ", ArrowTypeNames.Plain.DistinctBy(p => p.Engine).Select(p => $"'{p.Engine}': '{p.Arrow}'"))}, 'TIMESTAMP WITH TIME ZONE': 'Timestamp(Nanosecond, Some(\"+00:00\"))', '\"NULL\"': 'Null'}}";
}
