using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace Amp.TestKit.Ethereum;

/// <summary>Reads the hex strings of a node's JSON, with and without leading zeros.</summary>
public static class HexJson
{
    public static byte[] ToBytes(string hex)
    {
        var digits = Digits(hex);
        return Convert.FromHexString(digits.Length % 2 == 0 ? digits : "0" + digits);
    }

    public static BigInteger ToNumber(string hex) => BigInteger.Parse("0" + Digits(hex), NumberStyles.AllowHexSpecifier);

    public static string ToHex(ReadOnlySpan<byte> bytes) => "0x" + Convert.ToHexStringLower(bytes);

    public static byte[] Bytes(this JsonElement element, string name) => ToBytes(Text(element, name));

    public static BigInteger Number(this JsonElement element, string name) => ToNumber(Text(element, name));

    /// <summary>Bytes of a fixed size; nodes that print 32-byte values as numbers leave leading zeros out.</summary>
    public static byte[] FixedBytes(this JsonElement element, string name, int size)
    {
        var bytes = element.Bytes(name);
        return bytes.Length > size
            ? throw new FormatException($"{name} has {bytes.Length} bytes, more than {size}.")
            : [.. new byte[size - bytes.Length], .. bytes];
    }

    public static bool Has(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    public static IEnumerable<JsonElement> Items(this JsonElement element, string name) =>
        element.Has(name) ? element.GetProperty(name).EnumerateArray() : [];

    private static string Text(JsonElement element, string name) =>
        element.GetProperty(name).GetString() ?? throw new FormatException($"{name} is null.");

    private static string Digits(string hex) =>
        hex.StartsWith("0x", StringComparison.Ordinal) ? hex[2..] : throw new FormatException($"'{hex}' does not start with 0x.");
}
