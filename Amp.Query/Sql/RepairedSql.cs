using System.Text;

namespace Amp.Query.Sql;

/// <summary>SQL as DuckDB gets it, and the way back to the user's own text.</summary>
/// <param name="Original">What the user sent.</param>
/// <param name="Text">What DuckDB parses.</param>
/// <param name="Shifts">After each repair: a place in <paramref name="Text"/> and the place in <paramref name="Original"/> that it stands for.</param>
internal sealed record RepairedSql(string Original, string Text, IReadOnlyList<(int To, int From)> Shifts)
{
    /// <summary>The character of the user's text at which the parser found a mistake: it counts code points, where its tree counts bytes.</summary>
    public int PositionOf(long codePoints)
    {
        var index = Text.EnumerateRunes().TakeWhile((_, i) => i < codePoints).Sum(r => r.Utf16SequenceLength);
        var (to, from) = Shifts.LastOrDefault(s => s.To <= index);
        return Math.Min(from + index - to, Original.Length);
    }
}
