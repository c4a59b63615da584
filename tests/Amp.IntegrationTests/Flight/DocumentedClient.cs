using Amp.TestKit;
using Amp.TestKit.Lakes;
using Amp.TestKit.Servers;
using Apache.Arrow;
using Apache.Arrow.Flight;
using Apache.Arrow.Flight.Client;
using Grpc.Core;
using Grpc.Net.Client;

namespace Amp.IntegrationTests.Flight;

/// <summary>The client that README.md and docs/querying.md show is the one that runs here.</summary>
public sealed class DocumentedClient
{
    [Fact]
    public async Task The_client_in_the_documentation_reads_an_answer()
    {
        await using var lake = await RestoredLake.OpenAsync();
        await using var server = await LakeServer.StartAsync(lake);

        Assert.Equal(RestoredLake.Logs, await CountAsync(server.Flight, "select * from eth_rpc.logs"));
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/querying.md")]
    public void The_client_in_the_documentation_is_this_one(string page)
    {
        var source = File.ReadAllLines(Path.Combine(Repository.Root, "tests/Amp.IntegrationTests/Flight/DocumentedClient.cs"));
        var body = source.SkipWhile(l => !l.EndsWith("int rows = 0;", StringComparison.Ordinal)).Skip(1).TakeWhile(l => !l.EndsWith("return rows;", StringComparison.Ordinal));
        var shown = string.Join('\n', body.Select(l => l.Length > 8 ? l[8..] : l)).Trim();

        Assert.Contains("FlightClient", shown, StringComparison.Ordinal);
        Assert.Contains("```csharp\n" + shown + "\n```", File.ReadAllText(Path.Combine(Repository.Root, page)), StringComparison.Ordinal);
    }

    private static async Task<int> CountAsync(Uri address, string sql)
    {
        int rows = 0;
        using var channel = GrpcChannel.ForAddress(address);
        var client = new FlightClient(channel);

        var info = await client.GetInfo(FlightDescriptor.CreateCommandDescriptor(sql));
        foreach (var endpoint in info.Endpoints)
        {
            using var stream = client.GetStream(endpoint.Ticket);
            while (await stream.ResponseStream.MoveNext())
            {
                using RecordBatch batch = stream.ResponseStream.Current;
                rows += batch.Length;
            }
        }

        return rows;
    }
}
