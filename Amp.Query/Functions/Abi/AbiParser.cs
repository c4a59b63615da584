using System.Globalization;
using Amp.Shared.Faults;

namespace Amp.Query.Functions.Abi;

/// <summary>Reads signatures and types of the contract ABI.</summary>
internal ref struct AbiParser
{
    private const int MaxLength = 4096;
    private const int MaxDepth = 8;

    /// <summary>Characters of it in a message.</summary>
    private const int Shown = 200;

    /// <summary>Parameters and parts together.</summary>
    private const int MaxParts = 256;

    private const long MaxHeadBytes = 1 << 20;

    private readonly ReadOnlySpan<char> _text;
    private readonly string _what;
    private int _at;
    private int _parts;

    private AbiParser(string text, string what)
    {
        _text = text;
        _what = what;
        if (text.Length > MaxLength)
            throw Wrong($"it has {text.Length} characters, {MaxLength} are the most");
    }

    /// <summary>The signature of an event or function, with or without that word before it.</summary>
    public static AbiSignature Signature(string text)
    {
        var parser = new AbiParser(text, "signature");
        var name = parser.Word();
        if (name is "event" or "function" or "error" && parser.Peek() != '(')
            name = parser.Word();
        if (name.Length == 0)
            throw parser.Wrong("a name is needed before '('");
        var parameters = parser.Parameters(depth: 0);
        parser.Modifiers();
        return new AbiSignature(name, parameters);
    }

    /// <summary>One type: <c>uint256</c>, <c>(address to, uint256 value)[]</c>.</summary>
    public static AbiType Type(string text)
    {
        var parser = new AbiParser(text, "type");
        var type = parser.Type(depth: 0);
        parser.End();
        return type;
    }

    /// <summary>Whether a name tells nothing but the place, as those that are not given do.</summary>
    public static bool IsOfPlace(string name, int place) => name.TrimEnd('_') == string.Create(CultureInfo.InvariantCulture, $"c{place}");

    private List<AbiParameter> Parameters(int depth)
    {
        Need('(');
        var found = new List<AbiParameter>();
        if (Take(')'))
            return found;
        do
        {
            if (++_parts > MaxParts)
                throw Wrong($"it has more than {MaxParts} parameters");
            var type = Type(depth);
            var (name, indexed) = ("", false);
            while (Word() is { Length: > 0 } word)
            {
                if (name.Length > 0)
                    throw Wrong($"'{word}' stands after the name '{name}'");
                if (word == "indexed")
                    indexed = true;
                else if (word is not ("memory" or "calldata" or "storage" or "payable"))
                    name = word;
            }

            found.Add(new AbiParameter(name, type, indexed));
        }
        while (Take(','));
        Need(')');
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, _, _) in found)
        {
            if (name.Length > 0 && !names.Add(name))
                throw Wrong($"two parameters are called '{name}' (case does not count)");
        }

        return [.. found.Select((p, i) => p.Name.Length > 0 ? p : p with { Name = Unused(names, i) })];
    }

    private static string Unused(HashSet<string> names, int place)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"c{place}");
        while (!names.Add(name))
            name += "_";
        return name;
    }

    private AbiType Type(int depth)
    {
        if (depth > MaxDepth)
            throw Wrong($"it is nested more than {MaxDepth} deep");
        AbiType type;
        if (Peek() == '(')
        {
            type = Tuple(depth);
        }
        else
        {
            var word = Word();
            type = word == "tuple" ? Tuple(depth) : Elementary(word);
        }

        while (Take('['))
        {
            if (++depth > MaxDepth)
                throw Wrong($"it is nested more than {MaxDepth} deep");
            type = Take(']') ? new AbiType(AbiKind.List, element: type) : Bounded(Array(type));
        }

        return type;
    }

    private readonly AbiType Bounded(AbiType type) =>
        type.InnerBytes <= MaxHeadBytes ? type : throw Wrong($"a value of '{type.Canonical}' is larger than {MaxHeadBytes} bytes");

    private AbiType Tuple(int depth)
    {
        var parts = Parameters(depth + 1);
        return parts.Count > 0 ? Bounded(new AbiType(AbiKind.Tuple, parts: parts)) : throw Wrong("a tuple holds at least one value");
    }

    private AbiType Array(AbiType element)
    {
        var length = Word();
        Need(']');
        return int.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size is > 0 and <= 65_536
            ? new AbiType(AbiKind.Array, size, element)
            : throw Wrong($"'[{length}]' is no length of an array: 1 to 65536 are");
    }

    private readonly AbiType Elementary(string word)
    {
        var digits = word.AsSpan().IndexOfAnyInRange('0', '9');
        var (name, number) = digits < 0 ? (word, "") : (word[..digits], word[digits..]);
        var size = 0;
        if (number.Length > 0 && (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out size) || number[0] == '0'))
            throw Unknown(word);
        return (name, number.Length > 0) switch
        {
            ("uint", false) => new AbiType(AbiKind.Uint, 256),
            ("int", false) => new AbiType(AbiKind.Int, 256),
            ("uint", true) when size % 8 == 0 && size is >= 8 and <= 256 => new AbiType(AbiKind.Uint, size),
            ("int", true) when size % 8 == 0 && size is >= 8 and <= 256 => new AbiType(AbiKind.Int, size),
            ("bytes", true) when size is >= 1 and <= 32 => new AbiType(AbiKind.FixedBytes, size),
            ("address", false) => new AbiType(AbiKind.Address),
            ("bool", false) => new AbiType(AbiKind.Bool),
            ("bytes", false) => new AbiType(AbiKind.Bytes),
            ("string", false) => new AbiType(AbiKind.Text),
            _ => throw Unknown(word),
        };
    }

    // What follows the parameters of a function tells callers, not decoders: external view returns (uint256).
    private void Modifiers()
    {
        while (Word() is { Length: > 0 } word)
        {
            if (word == "anonymous")
                throw Wrong("the logs of an anonymous event do not tell which event they are of");
            if (word == "returns")
                Parameters(depth: 0);
            else if (word is not ("external" or "public" or "internal" or "private" or "view" or "pure" or "payable" or "nonpayable" or "virtual" or "override"))
                throw Wrong($"'{word}' is not understood");
        }

        Take(';');
        End();
    }

    private void End()
    {
        if (Peek() != '\0')
            throw Wrong($"'{Short(_text[_at..])}' is not understood");
    }

    private string Word()
    {
        Space();
        var start = _at;
        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] is '_' or '$'))
            _at++;
        return _text[start.._at].ToString();
    }

    private char Peek()
    {
        Space();
        return _at < _text.Length ? _text[_at] : '\0';
    }

    private bool Take(char wanted)
    {
        if (Peek() != wanted)
            return false;
        _at++;
        return true;
    }

    private void Need(char wanted)
    {
        if (!Take(wanted))
            throw Wrong($"'{wanted}' is needed {(_at < _text.Length ? $"before '{Short(_text[_at..])}'" : "at its end")}");
    }

    private void Space()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
            _at++;
    }

    private readonly AmpException Unknown(string word) => Wrong(word.Length == 0
        ? "a type is missing"
        : $"'{word}' is no type: uint8 to uint256, int8 to int256, address, bool, bytes, bytes1 to bytes32, string, (…), T[] and T[n] are");

    private readonly AmpException Wrong(string why) => new(ErrorCode.InvalidPlan, $"The {_what} '{Short(_text)}' cannot be read: {why}.");

    private static string Short(ReadOnlySpan<char> text) => text.Length <= Shown ? text.ToString() : $"{text[..Shown]}…";
}
