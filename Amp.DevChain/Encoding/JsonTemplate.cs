namespace Amp.DevChain.Encoding;

/// <summary>JSON that is ready but for its holes. A block of the full grade is a template without any.</summary>
/// <param name="Text">UTF-8 text with the holes left out.</param>
/// <param name="Holes">In order of their offsets.</param>
/// <param name="Items">Start and end of each transaction or receipt, two marks an item.</param>
internal sealed record JsonTemplate(byte[] Text, Hole[] Holes, TemplateMark[] Items)
{
    public int ItemCount => Items.Length / 2;

    public void Write(ResponseBuffer output, HoleFiller? filler) => Write(output, filler, default, new TemplateMark(Text.Length, Holes.Length));

    public void WriteItem(ResponseBuffer output, HoleFiller? filler, int index) =>
        Write(output, filler, Items[2 * index], Items[2 * index + 1]);

    private void Write(ResponseBuffer output, HoleFiller? filler, TemplateMark from, TemplateMark to)
    {
        var position = from.Offset;
        for (var i = from.Hole; i < to.Hole; i++)
        {
            ref readonly var hole = ref Holes[i];
            output.Write(Text.AsSpan(position, hole.Offset - position));
            position = hole.Offset;
            filler!.Fill(output, hole);
        }

        output.Write(Text.AsSpan(position, to.Offset - position));
    }
}
