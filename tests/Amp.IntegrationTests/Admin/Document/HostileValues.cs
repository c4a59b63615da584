using System.Text.Json.Nodes;

namespace Amp.IntegrationTests.Admin.Document;

/// <summary>Texts that no name, number, hash or cursor of ours is.</summary>
internal static class HostileValues
{
    /// <summary>Each is wrong wherever a name, an id, a number or a hash is wanted.</summary>
    public static IReadOnlyList<string> Texts { get; } =
    [
        "'; drop table jobs; --", "1' or '1'='1", "\"; select pg_sleep(9); --", "$1", "@id", "{0}", "%s%n", "${HOME}", "${jndi:ldap://x}",
        "../../etc/passwd", "..", "..\\..\\x", "/etc/passwd", "file:///etc/passwd", "a/../b", "~", "x\0y", "x\ny", "x\r\nSet-Cookie: a=b", "x;y", "a b", " d", "d ", "d\t",

        // Look-alikes of "d", "eth", "1" and "-": Cyrillic, full width, mathematical, Arabic-Indic digits, joined and combining characters.
        "еth", "ｄ", "𝐝", "d\u0301", "d\u200d", "\u202ed", "１", "١", "²", "−1", "d\ufeff",
        "-1", "+1", "0x1", "1e3", "1.5", "1,5", "1_000", "NaN", "Infinity", "9223372036854775808", "99999999999999999999999999", "-9223372036854775809",
        "", "null", "latest", "dev", "[]", "{}", "<script>alert(1)</script>", new string('9', 300), new string('d', 4000),
    ];

    /// <summary>Of the right form, and of nothing that is there.</summary>
    public static string Unknown(JsonObject schema) => schema["type"]!.GetValue<string>() switch
    {
        "integer" => "999999",
        "boolean" => "false",
        _ => schema["pattern"]?.GetValue<string>().Contains("{64}", StringComparison.Ordinal) == true ? new string('f', 64) : "nothing",
    };

    /// <summary>Clients resolve dots themselves, HTTP refuses U+0000, and without its last part a path is another one.</summary>
    public static bool IsPartOfPath(string text) => text.Length > 0 && text != ".." && !text.Contains('\0', StringComparison.Ordinal);
}
