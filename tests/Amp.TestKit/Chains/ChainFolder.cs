using Amp.Chains.Evm;
using Amp.Chains.Providers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Amp.TestKit.Chains;

/// <summary>A folder of provider files and the sources opened from it, as a worker would.</summary>
public sealed class ChainFolder : IDisposable
{
    public const string Network = "testnet";

    public ChainFolder(ILoggerFactory? loggers = null)
    {
        Providers = new ProviderFiles(Directory.CreateTempSubdirectory("amp-providers-").FullName);
        Sources = new EvmBlockSources(Providers, TimeProvider.System, loggers ?? NullLoggerFactory.Instance);
    }

    public ProviderFiles Providers { get; }

    public EvmBlockSources Sources { get; }

    /// <summary>A folder with one provider, and its network opened.</summary>
    public static EvmBlockSource Open(Uri url, out ChainFolder folder, string more = "")
    {
        folder = new ChainFolder();
        folder.Add("node", url, more);
        return folder.Open();
    }

    public void Add(string name, Uri url, string more = "") => Write(name, $"kind = \"evm-rpc\"\nnetwork = \"{Network}\"\nurl = \"{url}\"\n{more}\n");

    public void Write(string name, string toml) => File.WriteAllText(Path.Combine(Providers.Folder, name + ".toml"), toml);

    public EvmBlockSource Open() => Sources.Open(Network);

    public void Dispose()
    {
        Sources.Dispose();
        Directory.Delete(Providers.Folder, recursive: true);
    }
}
