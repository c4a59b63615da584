using System.Globalization;
using System.Numerics;
using System.Text;

namespace Amp.UnitTests.Query;

/// <summary>A random type of the contract ABI, and random values of it with their encoding by the letter of the specification.</summary>
internal sealed record AbiSample(string Name, bool IsDynamic, int HeadWords, AbiSample? Element = null, int Length = 0, IReadOnlyList<AbiSample>? Parts = null)
{
    public static AbiSample Type(Random random, int depth)
    {
        var leaf = depth >= 3 || random.Next(10) < 6;
        if (!leaf && random.Next(2) == 0)
        {
            var parts = Enumerable.Range(0, random.Next(1, 4)).Select(_ => Type(random, depth + 1)).ToList();
            var dynamic = parts.Exists(p => p.IsDynamic);
            return new AbiSample($"({string.Join(',', parts.Select(p => p.Name))})", dynamic, dynamic ? 1 : parts.Sum(p => p.HeadWords), Parts: parts);
        }

        if (!leaf)
        {
            var element = Type(random, depth + 1);
            var length = random.Next(4);
            return length == 0
                ? new AbiSample(element.Name + "[]", true, 1, element)
                : new AbiSample(string.Create(CultureInfo.InvariantCulture, $"{element.Name}[{length}]"), element.IsDynamic, element.IsDynamic ? 1 : length * element.HeadWords, element, length);
        }

        var bits = 8 * random.Next(1, 33);
        return random.Next(7) switch
        {
            0 => new AbiSample("bool", false, 1),
            1 => new AbiSample("address", false, 1, Length: 20),
            2 => new AbiSample("bytes", true, 1),
            3 => new AbiSample("string", true, 1),
            4 => new AbiSample(string.Create(CultureInfo.InvariantCulture, $"bytes{bits / 8}"), false, 1, Length: bits / 8),
            5 => new AbiSample(string.Create(CultureInfo.InvariantCulture, $"int{bits}"), false, 1, Length: bits),
            _ => new AbiSample(string.Create(CultureInfo.InvariantCulture, $"uint{bits}"), false, 1, Length: bits),
        };
    }

    /// <summary>A value as SQL, as JSON Lines shows it once it is decoded, and encoded: hex, of a list or tuple with its head.</summary>
    public static (string Sql, string Json, string Hex) Value(Random random, AbiSample type)
    {
        if (type.Parts is { } parts)
        {
            var values = parts.Select(p => Value(random, p)).ToList();
            return ($"row({string.Join(", ", values.Select(v => v.Sql))})", $"{{{string.Join(',', values.Select((v, i) => string.Create(CultureInfo.InvariantCulture, $"\"c{i}\":{v.Json}")))}}}", Frame([.. parts.Zip(values)]));
        }

        if (type.Element is { } element)
        {
            // At least one: rows whose lists are all empty have no element's type.
            var values = Enumerable.Range(0, type.Length > 0 ? type.Length : random.Next(1, 5)).Select(_ => Value(random, element)).ToList();
            var frame = Frame([.. values.Select(v => (element, v))]);
            return ($"[{string.Join(", ", values.Select(v => v.Sql))}]", $"[{string.Join(',', values.Select(v => v.Json))}]", type.Length > 0 ? frame : Number(values.Count) + frame);
        }

        if (type.Name == "bool")
        {
            var truth = random.Next(2) == 1;
            return (truth ? "true" : "false", truth ? "true" : "false", Number(truth ? 1 : 0));
        }

        if (type.Name == "string")
        {
            var text = new string('é', random.Next(40)) + random.Next();
            return ($"'{text}'", $"\"{text}\"", Padded(Encoding.UTF8.GetBytes(text)));
        }

        if (type.Name.StartsWith("bytes", StringComparison.Ordinal) || type.Name == "address")
        {
            var bytes = new byte[type.Name == "bytes" ? random.Next(70) : type.Length];
            random.NextBytes(bytes);
            var hex = Convert.ToHexStringLower(bytes);
            return ($"x'{hex}'", $"\"{hex}\"", type.Name == "bytes" ? Padded(bytes) : type.Name == "address" ? hex.PadLeft(64, '0') : hex.PadRight(64, '0'));
        }

        var magnitude = new byte[type.Length / 8];
        random.NextBytes(magnitude);
        var number = new BigInteger(magnitude, isUnsigned: type.Name[0] == 'u');
        var digits = number.ToString(CultureInfo.InvariantCulture);
        return ($"'{digits}'", type.Length > 120 ? $"\"{digits}\"" : digits, Number(number));
    }

    /// <summary>As the only parameter of a call.</summary>
    public static string EncodeOnly(AbiSample type, (string Sql, string Json, string Hex) value) => Frame([(type, value)]);

    private static string Frame(IReadOnlyList<(AbiSample Type, (string Sql, string Json, string Hex) Value)> members)
    {
        var (head, tail) = (new StringBuilder(), new StringBuilder());
        var headBytes = 32 * members.Sum(m => m.Type.HeadWords);
        foreach (var (type, value) in members)
        {
            head.Append(type.IsDynamic ? Number(headBytes + (tail.Length / 2)) : value.Hex);
            tail.Append(type.IsDynamic ? value.Hex : "");
        }

        return head.Append(tail).ToString();
    }

    private static string Padded(byte[] bytes) =>
        Number(bytes.Length) + Convert.ToHexStringLower(bytes).PadRight((bytes.Length + 31) / 32 * 64, '0');

    private static string Number(BigInteger value) => (value < 0 ? value + BigInteger.Pow(2, 256) : value).ToString("x65", CultureInfo.InvariantCulture)[^64..];
}
