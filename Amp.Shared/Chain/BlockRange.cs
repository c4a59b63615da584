namespace Amp.Shared.Chain;

/// <summary>Block numbers from <paramref name="Start"/> to <paramref name="End"/>, both inclusive.</summary>
public readonly record struct BlockRange(ulong Start, ulong End)
{
    public ulong Count => End - Start + 1;

    public bool Contains(ulong number) => number >= Start && number <= End;

    public bool Overlaps(BlockRange other) => Start <= other.End && other.Start <= End;

    public override string ToString() => $"{Start}–{End}";
}
