namespace Amp.AppHost.Local;

/// <summary>The command line of this program.</summary>
internal static class LocalArguments
{
    public const string Help =
        """
        Runs the whole cluster on this machine: dotnet run --project Amp.AppHost [-- OPTIONS]

          --demo false          deploy no demonstration dataset
          --rpc URL             a real Ethereum node instead of the simulated chain; with --network
          --network NAME        the name of that node's network
          --ports-from N        ports N+2 (Flight), N+3 (JSON Lines), N+4, N+5 (second server), N+10 (Admin API), N+45 (simulated chain); 1600 by default, but the chain on 8545
          --amp-dir FOLDER      where everything is kept; .amp beside the solution by default
          --containers true     also start the containers of the picture, by Docker or Podman
          --publisher manifest --output-path FILE   write the manifest for a deployment tool and run nothing
        """;

    private static readonly string[] _known = ["demo", "rpc", "network", "ports-from", "amp-dir", "containers", "publisher", "output-path"];

    /// <summary>What is wrong with the arguments; null when nothing is.</summary>
    public static string? Problem(IReadOnlyList<string> args)
    {
        for (var i = 0; i < args.Count; i++)
        {
            var parts = args[i].Split('=', 2);
            if (!parts[0].StartsWith("--", StringComparison.Ordinal) || !_known.Contains(parts[0][2..], StringComparer.Ordinal))
                return $"'{args[i]}' is not an option of this program; --help names them";
            if (parts.Length == 1 && (++i == args.Count || args[i].StartsWith("--", StringComparison.Ordinal)))
                return $"{parts[0]} needs a value";
        }

        return null;
    }
}
