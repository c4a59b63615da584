using Amp.Shared.Faults;

namespace Amp.Server.Flight.Browsing;

/// <summary>A filter of names: <c>%</c> is any text, <c>_</c> any one character, and a backslash takes the next character as it is.</summary>
public sealed class NamePattern
{
    public const string Escape = "\\";

    // The longest name has 257 characters, each of which may be escaped. What a name takes is bounded by this times its length.
    private const int Longest = 600;

    private readonly string _text;

    private NamePattern(string text) => _text = text;

    /// <param name="text">Null matches everything.</param>
    /// <param name="field">Where it stands in the request.</param>
    public static NamePattern Read(string? text, string field) => text is null or { Length: <= Longest }
        ? new NamePattern(text ?? "%")
        : throw new AmpException(ErrorCode.InvalidRequest, $"{field} is {text.Length} characters long; at most {Longest} are allowed.");

    public bool Matches(string name)
    {
        // A mismatch goes back to the last %, which then takes one character more; an earlier one never has to.
        var (at, inName, afterStar, starTo) = (0, 0, -1, 0);
        while (inName < name.Length)
        {
            if (at < _text.Length && _text[at] == '%')
            {
                afterStar = ++at;
                starTo = inName;
            }
            else if (at < _text.Length && TakesOne(at, name[inName]))
            {
                at += IsEscape(at) ? 2 : 1;
                inName++;
            }
            else if (afterStar >= 0)
            {
                at = afterStar;
                inName = ++starTo;
            }
            else
            {
                return false;
            }
        }

        return _text.AsSpan(at).TrimStart('%').IsEmpty;
    }

    private bool TakesOne(int at, char letter) => IsEscape(at) ? _text[at + 1] == letter : _text[at] == '_' || _text[at] == letter;

    private bool IsEscape(int at) => _text[at] == Escape[0] && at + 1 < _text.Length;
}
