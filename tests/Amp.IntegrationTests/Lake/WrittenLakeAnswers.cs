using System.Globalization;
using System.Text.Json;
using Amp.Chains.Evm.Tables;
using Amp.TestKit.Postgres;
using Amp.TestKit.Servers;
using Apache.Arrow.Flight;

namespace Amp.IntegrationTests.Lake;

/// <summary>
/// What a server answers of files that a worker wrote. <see cref="SegmentsReadBack"/> reads the same files with other readers and compares with the same
/// values, so that readers and wires agree.
/// </summary>
public sealed class WrittenLakeAnswers
{
    private const ulong Blocks = 80;

    [Fact]
    public async Task Flight_answers_every_value()
    {
        using var written = await WrittenTables.WriteAsync(Blocks);
        await using var database = await TestDatabase.CreateAsync();
        await written.RegisterAsync(database, Blocks - 1);
        await using var server = await LakeServer.StartAsync(written.Root, database.ConnectionString);
        using var flight = new FlightCalls(server.Flight);

        var answered = new Dictionary<string, ArrowLeaves>(StringComparer.Ordinal);
        foreach (var table in EvmTables.All)
        {
            using var stream = flight.Client.GetStream(new FlightTicket(AllOf(table.Name)));
            while (await stream.ResponseStream.MoveNext(TestContext.Current.CancellationToken))
            {
                using var batch = stream.ResponseStream.Current;
                for (var i = 0; i < batch.ColumnCount; i++)
                    ArrowLeaves.Note(answered, $"{table.Name}/{batch.Schema.FieldsList[i].Name}", batch.Column(i));
            }
        }

        Assert.Equal(written.Expected.Keys.Order(StringComparer.Ordinal), answered.Keys.Order(StringComparer.Ordinal));
        foreach (var (leaf, expected) in written.Expected)
            AssertSame(leaf, expected.Values, answered[leaf].Values);
    }

    [Fact]
    public async Task JSON_Lines_answers_every_value()
    {
        using var written = await WrittenTables.WriteAsync(Blocks);
        await using var database = await TestDatabase.CreateAsync();
        await written.RegisterAsync(database, Blocks - 1);
        await using var server = await LakeServer.StartAsync(written.Root, database.ConnectionString);
        using var http = new HttpClient { BaseAddress = server.JsonLines };

        foreach (var table in EvmTables.All)
        {
            using var answer = await http.PostAsync("/", new StringContent(AllOf(table.Name)));
            var lines = (await answer.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            var rows = Array.ConvertAll(lines, line => JsonElement.Parse(line));
            var columns = table.Schema.FieldsList.Select(f => f.Name).ToHashSet(StringComparer.Ordinal);
            Assert.All(rows, row => Assert.All(row.EnumerateObject(), member => Assert.Contains(member.Name, columns)));
            foreach (var (leaf, expected) in written.Expected.Where(e => e.Key.StartsWith(table.Name + "/", StringComparison.Ordinal)))
            {
                var path = leaf[(table.Name.Length + 1)..].Split('.');
                var values = new List<string?>();
                foreach (var row in rows)
                    Note(values, row, path, 0);
                AssertSame(leaf, expected.Values, values);
            }
        }
    }

    private static string AllOf(string table) => $"select * from \"test/eth\".{table} order by _block_num" + table switch
    {
        "transactions" => ", tx_index",
        "logs" => ", log_index",
        _ => "",
    };

    private static void AssertSame(string leaf, IReadOnlyList<string?> expected, IReadOnlyList<string?> answered)
    {
        Assert.True(expected.Count == answered.Count, $"{leaf}: {answered.Count} values for {expected.Count}");
        for (var i = 0; i < expected.Count; i++)
            Assert.True(expected[i] == answered[i], $"{leaf}, value {i}: {answered[i]} for {expected[i]}");
    }

    /// <summary>The values under a path, as <see cref="ArrowLeaves"/> writes them. Null is left out of the row; within a list it does not occur.</summary>
    private static void Note(List<string?> values, JsonElement value, string[] path, int at)
    {
        if (at == path.Length)
        {
            values.Add(Text(value, path[^1]));
        }
        else if (path[at] == "list")
        {
            // The name behind "list" is the one of the elements.
            foreach (var element in value.EnumerateArray())
                Note(values, element, path, at + 2);
        }
        else if (value.TryGetProperty(path[at], out var member))
        {
            Note(values, member, path, at + 1);
        }
        else if (path.Length == 1)
        {
            values.Add(null);
        }
    }

    private static string Text(JsonElement value, string column) => value.ValueKind switch
    {
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.String when column == "timestamp" => Nanoseconds(value.GetString()!),
        JsonValueKind.String => value.GetString()!,
        var kind => throw new NotSupportedException($"{column}: {kind}"),
    };

    private static string Nanoseconds(string time) =>
        ((DateTimeOffset.ParseExact(time, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal) - DateTimeOffset.UnixEpoch).Ticks * 100)
        .ToString(CultureInfo.InvariantCulture);
}
