using Amp.Shared.Datasets;
using Amp.TestKit.Lakes;
using Amp.TestKit.Servers;

namespace Amp.IntegrationTests.Flight;

/// <summary>
/// Two servers over one lake with datasets <c>_/eth_rpc</c> (restored), <c>demo/plain</c> and <c>demo/plain_two</c> (without rows) and
/// <c>bare/untagged</c> (without a version).
/// </summary>
public sealed class TwoServers : IAsyncLifetime
{
    public RestoredLake Lake { get; private set; } = null!;

    public LakeServer One { get; private set; } = null!;

    public LakeServer Other { get; private set; } = null!;

    public static RawManifest Raw(ulong start) => new(RawManifest.EvmRpc, "mainnet", start, false, new Dictionary<string, RawTable>(StringComparer.Ordinal));

    public async ValueTask InitializeAsync()
    {
        Lake = await RestoredLake.OpenAsync();
        var rows = new LakeRows(Lake.Database.DataSource);
        await rows.AddDatasetAsync("demo", "plain", Raw(0), "dev");
        await rows.AddDatasetAsync("demo", "plain_two", Raw(1), "1.0.0", "1.1.0");
        await rows.AddDatasetAsync("bare", "untagged", Raw(2));
        One = await LakeServer.StartAsync(Lake);
        Other = await LakeServer.StartAsync(Lake);
    }

    public async ValueTask DisposeAsync()
    {
        if (One is not null)
            await One.DisposeAsync();
        if (Other is not null)
            await Other.DisposeAsync();
        if (Lake is not null)
            await Lake.DisposeAsync();
    }
}
