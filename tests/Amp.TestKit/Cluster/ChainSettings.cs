using System.Globalization;

namespace Amp.TestKit.Cluster;

/// <summary>The simulated chain of a scenario, as arguments of Amp.DevChain.</summary>
public sealed record ChainSettings
{
    public ulong Blocks { get; init; } = 200;

    public ulong Seed { get; init; } = 1;

    /// <summary><c>full</c> or <c>load</c>.</summary>
    public string Grade { get; init; } = "full";

    /// <summary>Zero mines on demand only.</summary>
    public TimeSpan BlockTime { get; init; } = TimeSpan.Zero;

    /// <summary>Further arguments, as on its command line.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    internal IReadOnlyList<string> ToArguments(int port) =>
    [
        "--port", port.ToString(CultureInfo.InvariantCulture),
        "--seed", Seed.ToString(CultureInfo.InvariantCulture),
        "--grade", Grade,
        "--blocks", Blocks.ToString(CultureInfo.InvariantCulture),
        "--block-time", BlockTime.TotalSeconds.ToString(CultureInfo.InvariantCulture),
        .. Arguments,
    ];
}
