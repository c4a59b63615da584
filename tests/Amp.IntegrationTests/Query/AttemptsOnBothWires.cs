using System.Text;
using System.Text.Json;
using Amp.Server.Flight;
using Amp.Shared.Faults;
using Amp.TestKit.Lakes;
using Amp.TestKit.Queries;
using Amp.TestKit.Servers;
using Apache.Arrow.Flight;
using Grpc.Core;

namespace Amp.IntegrationTests.Query;

/// <summary>What no query may reach is refused alike by JSON Lines, GetFlightInfo and DoGet, in words that tell nothing of the machine.</summary>
public sealed class AttemptsOnBothWires
{
    private const string Table = "\"test/small\".one";

    [Fact]
    public async Task Each_is_refused_with_its_code_and_the_server_answers_on()
    {
        await using var lake = await SmallLake.CreateAsync();
        await lake.AddAsync("one", 0, 9);
        await lake.AddAsync("two", 0, 9);
        await using var server = await LakeServer.StartAsync(lake.Root, lake.Database.ConnectionString);
        using var http = new HttpClient { BaseAddress = server.JsonLines };
        using var flight = new FlightCalls(server.Flight);
        var other = 0;
        foreach (var (sql, code) in AttemptsToLeave.On(Table))
        {
            var told = await JsonLinesAsync(http, sql);
            Assert.True(told.Code == code.ToWire(), $"{sql}: {told}");
            AssertSilent(lake, told.Message);

            // Both calls plan in the same way: they take turns.
            var status = await Assert.ThrowsAsync<RpcException>(() => other++ % 2 == 0
                ? flight.Client.GetInfo(FlightDescriptor.CreateCommandDescriptor(sql)).ResponseAsync
                : flight.GetAsync(new FlightTicket(Encoding.UTF8.GetBytes(sql))));
            Assert.Equal(FlightStatus.CodeOf(code), status.StatusCode);
            Assert.StartsWith(code.ToWire() + ": ", status.Status.Detail, StringComparison.Ordinal);
            AssertSilent(lake, status.Status.Detail);
        }

        using var answer = await http.PostAsync("/", new StringContent($"select count(*) as n from {Table}"));
        Assert.Equal("{\"n\":1000}\n", await answer.Content.ReadAsStringAsync());
        Assert.Equal(1000, (await flight.QueryAsync($"select n from {Table}")).Rows.Count);
    }

    /// <summary>Words of SQL that are functions of the engine without brackets: they tell the same of every server.</summary>
    [Fact]
    public async Task What_tells_who_and_where_one_is_tells_words_that_are_fixed()
    {
        await using var lake = await SmallLake.CreateAsync();
        await using var server = await LakeServer.StartAsync(lake.Root, lake.Database.ConnectionString);
        using var http = new HttpClient { BaseAddress = server.JsonLines };
        using var answer = await http.PostAsync("/", new StringContent("select user as a, session_user as b, current_role as c, current_catalog as d, current_schema as e"));
        Assert.Equal("{\"a\":\"duckdb\",\"b\":\"duckdb\",\"c\":\"duckdb\",\"d\":\"amp\",\"e\":\"main\"}\n", await answer.Content.ReadAsStringAsync());
    }

    private static async Task<(string Code, string Message)> JsonLinesAsync(HttpClient http, string sql)
    {
        using var answer = await http.PostAsync("/", new StringContent(sql));
        var text = await answer.Content.ReadAsStringAsync();
        if (answer.IsSuccessStatusCode)
            return ("", text);
        var error = JsonElement.Parse(text);
        return (error.GetProperty("error_code").GetString()!, error.GetProperty("error_message").GetString()!);
    }

    private static void AssertSilent(SmallLake lake, string message)
    {
        foreach (var secret in (string[])[lake.Root, "amp_files_", "   at ", "read_parquet(get", "Exception"])
            Assert.DoesNotContain(secret, message, StringComparison.Ordinal);
    }
}
