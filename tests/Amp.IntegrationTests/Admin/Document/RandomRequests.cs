using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Amp.IntegrationTests.Admin.Document;

/// <summary>Requests that a seed makes of the document: right, wrong and in between, many at once, in an order that nobody thought of.</summary>
public sealed class RandomRequests
{
    private const int Requests = 5_000;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task No_request_is_an_internal_error_or_is_left_without_an_answer()
    {
        var seed = Environment.GetEnvironmentVariable("AMP_TEST_ADMIN_SEED") is { } given ? int.Parse(given, CultureInfo.InvariantCulture) : Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"AMP_TEST_ADMIN_SEED={seed}");
        await using var seeded = await SeededController.StartAsync();
        var operations = ApiDocument.Ours.Operations.Where(o => o.Codes.Count > 0).ToList();
        var broken = new ConcurrentBag<string>();
        var statuses = new ConcurrentDictionary<int, int>();
        await Parallel.ForEachAsync(Enumerable.Range(0, Requests), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (number, cancellationToken) =>
        {
            var random = new Random(HashCode.Combine(seed, number));
            var operation = operations[random.Next(operations.Count)];
            var (address, body) = Make(random, seeded, operation);
            var shown = $"{operation.Method} {address[..Math.Min(address.Length, 200)]} {body?[..Math.Min(body.Length, 300)]}";
            try
            {
                var answer = await seeded.Controller.SendAsync(new HttpMethod(operation.Method.ToUpperInvariant()), address, body).WaitAsync(_patience, cancellationToken);
                statuses.AddOrUpdate(answer.Status, 1, (_, n) => n + 1);
                foreach (var fault in AnswerRules.Broken(operation, answer))
                    broken.Add($"{number}: {shown}: {fault}: {answer.Status} {answer.Text[..Math.Min(answer.Text.Length, 300)]}");
            }
            catch (Exception e) when (e is TimeoutException or HttpRequestException or OperationCanceledException)
            {
                broken.Add($"{number}: {shown}: no answer: {e.Message}");
            }
        });
        Assert.True(broken.IsEmpty, $"seed {seed}: {broken.Count} answers break the rules:\n{string.Join('\n', broken.Order(StringComparer.Ordinal).Take(40))}");

        // Otherwise the requests would say nothing of what lies behind the first check.
        Assert.InRange(statuses.Where(s => s.Key < 300).Sum(s => s.Value), Requests / 10, Requests * 9 / 10);
        Assert.Equal(200, (await seeded.Controller.GetAsync("/readyz")).Status);
    }

    private static (string Address, string? Body) Make(Random random, SeededController seeded, ApiOperation operation)
    {
        var other = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var parameter in operation.Parameters)
        {
            var name = parameter["name"]!.GetValue<string>();
            var isInPath = parameter["in"]!.GetValue<string>() == "path";
            if (random.Next(isInPath ? 8 : 4) == 0)
                other[name] = Text(random, isInPath);
        }

        var stated = operation.NamesIn("query").Where(_ => random.Next(2) == 0).ToList();
        var body = seeded.Body(operation) is { } right && random.Next(3) > 0 ? Mutated(random, right) : seeded.Body(operation);
        return (seeded.Address(operation, other, stated), body);
    }

    private static string Text(Random random, bool isInPath)
    {
        var text = random.Next(4) switch
        {
            0 => HostileValues.Texts[random.Next(HostileValues.Texts.Count)],
            1 => random.NextInt64(long.MinValue, long.MaxValue).ToString(CultureInfo.InvariantCulture),
            2 => random.Next(5).ToString(CultureInfo.InvariantCulture),
            _ => string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => (char)random.Next(0, 0xD7FF))),
        };
        return !isInPath || (HostileValues.IsPartOfPath(text) && text != ".") ? text : "x";
    }

    /// <summary>The text cut or disturbed anywhere, or one of its values, however deep, put in the place of another one.</summary>
    private static string Mutated(Random random, string right)
    {
        if (random.Next(4) == 0)
        {
            var at = random.Next(right.Length);
            return random.Next(3) switch
            {
                0 => right[..at],
                1 => right.Remove(at, 1),
                _ => right.Insert(at, ((char)random.Next(0, 0xD7FF)).ToString()),
            };
        }

        var root = JsonNode.Parse(right)!;
        var places = Places(root).ToList();
        var place = places[random.Next(places.Count)];
        JsonNode? value = random.Next(6) switch
        {
            0 => JsonValue.Create(HostileValues.Texts[random.Next(HostileValues.Texts.Count)]),
            1 => JsonValue.Create(random.NextInt64(long.MinValue, long.MaxValue)),
            2 => JsonValue.Create(random.NextDouble() * 1e300),
            3 => new JsonArray(JsonValue.Create(true), null),
            4 => places[random.Next(places.Count)].Parent.DeepClone(),
            _ => null,
        };
        place.Parent[place.Name] = value;
        if (random.Next(5) == 0)
            root.AsObject()[$"x{random.Next(9)}"] = 1;
        return root.ToJsonString();
    }

    private static IEnumerable<(JsonObject Parent, string Name)> Places(JsonNode node) => node is JsonObject members
        ? members.SelectMany(m => Places(m.Value ?? new JsonArray()).Prepend((members, m.Key)))
        : [];
}
