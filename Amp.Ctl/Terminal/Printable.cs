namespace Amp.Ctl.Terminal;

/// <summary>Text of others as a terminal may show it.</summary>
internal static class Printable
{
    /// <summary>Without control characters: names, faults and rows come from elsewhere, and a terminal obeys what they hold.</summary>
    public static string Of(string text) => text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? '\ufffd' : c)) : text;
}
