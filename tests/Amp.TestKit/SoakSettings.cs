using System.Globalization;

namespace Amp.TestKit;

/// <summary>How long things fail, and in which order.</summary>
public sealed record SoakSettings(TimeSpan Length, int Seed)
{
    /// <summary>A minute and a seed of chance, unless AMP_TEST_SOAK_SECONDS and AMP_TEST_SOAK_SEED say otherwise.</summary>
    public static SoakSettings FromEnvironment() => new(
        TimeSpan.FromSeconds(Number("AMP_TEST_SOAK_SECONDS") ?? 60), Number("AMP_TEST_SOAK_SEED") ?? Random.Shared.Next());

    /// <summary>In which order a chain is reorganised: by chance, unless AMP_TEST_REORG_SEED says otherwise.</summary>
    public static int SeedOfReorganisations() => Number("AMP_TEST_REORG_SEED") ?? Random.Shared.Next();

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null;
}
