using System.Globalization;
using System.Text.Json;
using Amp.Shared.Faults;

namespace Amp.Shared.Metadata.Jobs;

/// <summary>Where a job ends, as it was asked: never, the tip, a block, or a distance behind the tip.</summary>
public abstract record EndBlock
{
    private EndBlock()
    {
    }

    public static EndBlock Continuous { get; } = new Never();

    public static EndBlock AtTip { get; } = new Latest();

    /// <summary>The end is known only when a worker asks the node for its tip.</summary>
    public bool DependsOnTip => this is Latest or BehindTip;

    /// <summary>The last block of the job; null when it has none.</summary>
    public ulong? Resolve(ulong tip) => this switch
    {
        Number n => n.Block,
        Latest => tip,
        BehindTip b => tip >= b.Distance
            ? tip - b.Distance
            : throw new AmpException(ErrorCode.InvalidEndBlock, $"end_block \"-{b.Distance}\" lies before the first block: the tip is {tip}"),
        _ => null,
    };

    /// <summary>The canonical word; null for a continuous job.</summary>
    public string? ToWord() => this switch
    {
        Number n => n.Block.ToString(CultureInfo.InvariantCulture),
        Latest => "latest",
        BehindTip b => "-" + b.Distance.ToString(CultureInfo.InvariantCulture),
        _ => null,
    };

    public static EndBlock Parse(string? word) => word switch
    {
        null => Continuous,
        "latest" => AtTip,
        ['-', .. var distance] => new BehindTip(ParseNumber(distance, word)),
        _ => new Number(ParseNumber(word, word)),
    };

    /// <summary>Reads null, "latest", "N", "-N", or a JSON number.</summary>
    public static EndBlock Parse(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => Continuous,
        JsonValueKind.String => Parse(value.GetString()),
        JsonValueKind.Number => Parse(value.GetRawText()),
        _ => throw Invalid(value.GetRawText()),
    };

    // Digits alone: int.Parse and its kin take blanks, plus signs and separators. Block numbers are kept as bigint.
    private static ulong ParseNumber(string digits, string word) =>
        digits.Length > 0 && digits.All(char.IsAsciiDigit)
        && ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= long.MaxValue
            ? number
            : throw Invalid(word);

    private static AmpException Invalid(string word) => new(
        ErrorCode.InvalidEndBlock,
        $"end_block '{word}' is not one of: null, \"latest\", a block number such as \"20000000\", a distance behind the tip such as \"-100\"");

    public sealed record Never : EndBlock;

    public sealed record Latest : EndBlock;

    public sealed record Number(ulong Block) : EndBlock;

    public sealed record BehindTip(ulong Distance) : EndBlock;
}
