using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace Amp.AppHost;

/// <summary>What the command line says of the picture; all of it may be left out.</summary>
internal sealed partial record AppHostOptions
{
    private const int DefaultBase = 1600;
    private const int DefaultChainPort = 8545;

    /// <summary>Whether a demonstration dataset is deployed.</summary>
    public bool Demo { get; private init; } = true;

    /// <summary>A real node; null for the simulated chain.</summary>
    public Uri? Rpc { get; private init; }

    public string Network { get; private init; } = "devchain";

    /// <summary>Everything that outlives a run.</summary>
    public required string StateFolder { get; init; }

    public required int BasePort { get; init; }

    /// <summary>An external database; null for a private one.</summary>
    public string? Database { get; private init; }

    public int Port(int offset) => BasePort + offset;

    public int ChainPort => BasePort == DefaultBase ? DefaultChainPort : BasePort + 45;

    /// <summary>A folder, or <c>s3://bucket/prefix</c>: the services then read the AWS variables that this process has.</summary>
    public required string Lake { get; init; }

    public bool LakeIsBucket => IsBucket(Lake);

    public string Cache => Path.Combine(StateFolder, "cache");

    public string Providers => Path.Combine(StateFolder, "providers");

    public string Manifests => Path.Combine(StateFolder, "manifests");

    /// <summary>The options, or what is wrong with them.</summary>
    public static AppHostOptions? Read(IConfiguration configuration, string appHostDirectory, out string? problem)
    {
        problem = null;
        var basePort = DefaultBase;
        if (configuration["ports-from"] is { } from && !(int.TryParse(from, CultureInfo.InvariantCulture, out basePort) && basePort is >= 1 and <= 65000))
            problem = $"--ports-from is '{from}': a number from 1 to 65000 is needed";
        if (configuration["amp-dir"] is { } folder && folder.Trim().Length == 0)
            problem = "--amp-dir is empty: the name of a folder is needed";
        if (configuration["containers"] is { } containers && !bool.TryParse(containers, out _))
            problem = $"--containers is '{containers}': true or false is needed";
        var demo = true;
        if (configuration["demo"] is { } text && !bool.TryParse(text, out demo))
            problem = $"--demo is '{text}': true or false is needed";
        Uri? rpc = null;
        if (configuration["rpc"] is { } url && !(Uri.TryCreate(url, UriKind.Absolute, out rpc) && rpc.Scheme is "http" or "https"))
            problem = "--rpc is not the http or https URL of a node";
        var network = configuration["network"];
        if (problem is null && (rpc is null) != (network is null))
            problem = "--rpc URL and --network NAME go together: the node, and the name of its network";
        if (network is not null && !Name().IsMatch(network))
            problem = $"--network is '{network}': lower-case letters, digits, _ and - are allowed, a letter first";
        if (problem is not null)
            return null;
        var stateFolder = Path.GetFullPath(configuration["amp-dir"] ?? Path.Combine(appHostDirectory, "..", ".amp"));
        var lake = configuration["AMP_CONFIG_DATA_DIR"] is { Length: > 0 } named ? named : Path.Combine(stateFolder, "lake");
        return new AppHostOptions
        {
            Demo = demo,
            Rpc = rpc,
            Network = network ?? "devchain",
            BasePort = basePort,
            StateFolder = stateFolder,
            Lake = IsBucket(lake) ? lake : Path.GetFullPath(lake),
            Database = configuration["AMP_CONFIG_METADATA_DB__URL"] ?? configuration["AMP_CONFIG_METADATA_DB:URL"] ?? configuration["ConnectionStrings:amp"],
        };
    }

    private static bool IsBucket(string lake) => lake.Contains("://", StringComparison.Ordinal);

    [GeneratedRegex("^[a-z][a-z0-9_-]*$")]
    private static partial Regex Name();
}
