namespace Amp.AppHost;

/// <summary>Makes the folders of a run and the file that names the node.</summary>
internal static class StateFolders
{
    public static void Prepare(AppHostOptions options)
    {
        foreach (var folder in (string[])[options.Lake, options.Providers, options.Manifests])
            Directory.CreateDirectory(folder);
        var url = options.Rpc?.ToString() ?? $"http://127.0.0.1:{options.ChainPort}";
        File.WriteAllText(
            Path.Combine(options.Providers, options.Network.Replace('-', '_') + ".toml"),
            $"""
            # Written at every start of the AppHost.
            kind = "evm-rpc"
            network = "{options.Network}"
            url = "{url.Replace("\\", "\\\\").Replace("\"", "\\\"")}"
            rpc_batch_size = {(options.Rpc is null ? 50 : 0)}

            """);
    }
}
