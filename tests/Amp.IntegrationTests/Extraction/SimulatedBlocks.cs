using Amp.DevChain;
using Amp.TestKit.Nodes;
using Microsoft.AspNetCore.Builder;

namespace Amp.IntegrationTests.Extraction;

public sealed class SimulatedBlocks
{
    [Theory]
    [InlineData("rpc_batch_size = 20")]
    [InlineData("fetch_receipts_per_tx = true\nrpc_batch_size = 20")]
    public async Task Every_row_of_a_full_grade_chain_is_what_an_independent_reading_gives(string provider)
    {
        const int Blocks = 60;
        await using var app = DevChainHost.Build(new DevChainSettings { Port = 0, Seed = 7, Blocks = Blocks });
        await app.StartAsync(TestContext.Current.CancellationToken);
        var url = DevChainHost.Address(app);
        using var client = new NodeClient(url);
        List<RecordedBlock> expected = [];
        for (ulong number = 0; number <= Blocks; number++)
            expected.Add(await client.BlockAsync(number));
        await using var rows = await ExtractedRows.OpenAsync(url, provider);

        await rows.AreThoseOfAsync(expected);
    }
}
