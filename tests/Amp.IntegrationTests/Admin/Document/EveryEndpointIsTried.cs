using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Amp.IntegrationTests.Admin.Document;

/// <summary>The requests are made of the document: an endpoint that is added later is tried too.</summary>
public sealed class EveryEndpointIsTried : IAsyncLifetime
{
    private readonly ConcurrentBag<string> _broken = [];
    private readonly ConcurrentDictionary<string, bool> _codes = new(StringComparer.Ordinal);
    private SeededController _seeded = null!;

    public async ValueTask InitializeAsync() => _seeded = await SeededController.StartAsync();

    public ValueTask DisposeAsync() => _seeded.DisposeAsync();

    [Fact]
    public async Task What_is_wrong_is_refused_with_a_code_of_the_document_and_changes_nothing()
    {
        var before = await StateAsync();
        await Parallel.ForEachAsync(ApiDocument.Ours.Operations.Where(o => o.Codes.Count > 0).Index(), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (entry, _) =>
        {
            await TryParametersAsync(entry.Item, entry.Index);
            await SendAsync(entry.Item, _seeded.Address(entry.Item) is var address && address.Contains('?', StringComparison.Ordinal) ? address + "&no_such=1" : address + "?no_such=1", _seeded.Body(entry.Item), mustFail: true);
            if (_seeded.Body(entry.Item) is { } body)
                await TryBodiesAsync(entry.Item, body, entry.Index);
        });
        foreach (var (operation, parameter, value, body) in ParticularRequests.Of(_seeded))
        {
            var asked = ApiDocument.Ours.Operations.Single(o => o.Id == operation);
            var other = parameter is null ? [] : new Dictionary<string, string> { [parameter] = value! };
            await SendAsync(asked, _seeded.Address(asked, other), body ?? _seeded.Body(asked), mustFail: true);
        }

        Assert.True(_broken.IsEmpty, $"{_broken.Count} answers break the rules:\n{string.Join('\n', _broken.Order(StringComparer.Ordinal).Take(60))}");
        Assert.Equal(before, await StateAsync());
        var documented = ApiDocument.Ours.Operations.SelectMany(o => o.Codes.Except(ParticularRequests.NotProvoked).Select(c => $"{o.Id} {c}"));
        var unseen = documented.Except(ParticularRequests.NotProvokedHere).Where(c => !_codes.ContainsKey(c)).ToList();
        Assert.True(unseen.Count == 0, $"documented, and answered to nothing that was tried:\n{string.Join('\n', unseen)}");
    }

    [Fact]
    public async Task What_is_right_succeeds_and_is_answered_as_both_documents_say()
    {
        // What is read first is not gone yet, what is within a thing goes before it, and a revision is deactivated before it is deleted.
        var operations = ApiDocument.Ours.Operations.OrderBy(o => Array.IndexOf(["get", "post", "put", "delete"], o.Method)).ThenByDescending(o => o.Path.Length).ToList();
        foreach (var operation in operations)
        {
            await SucceedAsync(operation, _seeded.Address(operation));
            if (operation.Method == "get")
                await SucceedAsync(operation, _seeded.Address(operation, query: operation.NamesIn("query")));
        }

        Assert.True(_broken.IsEmpty, string.Join('\n', _broken.Order(StringComparer.Ordinal)));
    }

    private async Task SucceedAsync(ApiOperation operation, string address)
    {
        var answer = await _seeded.Controller.SendAsync(new HttpMethod(operation.Method.ToUpperInvariant()), address, _seeded.Body(operation));
        var faults = AnswerRules.Broken(operation, answer).Concat(AnswerRules.Misshapen(operation, answer)).ToList();
        if (answer.Status >= 300)
            faults.Add("is refused");
        else if (ApiDocument.Asked.Find(operation.Path, operation.Method)?.Answer($"{answer.Status}") is { } asked)
            faults.AddRange(ApiDocument.Asked.Faults(asked, answer.Text).Where(f => !_byNobody.IsMatch(f)).Select(f => $"not as the design says: {f}"));
        foreach (var fault in faults)
            _broken.Add($"{operation.Method.ToUpperInvariant()} {address}: {fault}: {answer.Status} {answer.Text}");
    }

    /// <summary>Where no worker acts there is none to name: the design's page says null, its document a string.</summary>
    private static readonly Regex _byNobody = new("/node_id: .*null", RegexOptions.None, TimeSpan.FromSeconds(1));

    private async Task TryParametersAsync(ApiOperation operation, int offset)
    {
        foreach (var (parameter, index) in operation.Parameters.Select((p, i) => (p, i)))
        {
            var (name, schema) = (parameter["name"]!.GetValue<string>(), parameter["schema"]!.AsObject());
            var isInPath = parameter["in"]!.GetValue<string>() == "path";
            var unknown = HostileValues.Unknown(schema);
            foreach (var text in Share(HostileValues.Texts, offset + index).Where(t => !isInPath || HostileValues.IsPartOfPath(t)).Append(unknown))
                await SendAsync(operation, _seeded.Address(operation, new Dictionary<string, string> { [name] = text }), _seeded.Body(operation), text != unknown && IsWrong(schema, text));
        }
    }

    /// <summary>Of all operations and parameters together each value is tried many times; of each of them an eighth is enough.</summary>
    private static IEnumerable<T> Share<T>(IEnumerable<T> values, int offset) => values.Where((_, i) => (i + offset) % 8 == 0);

    private static bool IsWrong(JsonObject schema, string text) => schema["type"]!.GetValue<string>() switch
    {
        "integer" or "boolean" => true,
        // $ of .NET lets a final line feed pass.
        _ => schema["pattern"]?.GetValue<string>() is [.. var pattern, '$'] && !Regex.IsMatch(text, $"{pattern}\\z", RegexOptions.None, TimeSpan.FromSeconds(1)),
    };

    private async Task TryBodiesAsync(ApiOperation operation, string right, int offset)
    {
        var address = _seeded.Address(operation);
        foreach (var body in HostileBodies.Unreadable(right))
            await SendAsync(operation, address, body, mustFail: true);
        foreach (var body in Share(HostileBodies.Changed(right), offset))
            await SendAsync(operation, address, body, mustFail: false);
        foreach (var type in (string?[])["text/plain", "application/xml", null])
            await SendAsync(operation, address, right, mustFail: true, type);
        await SendAsync(operation, address, right.Insert(1, new string(' ', 2 * 1024 * 1024)), mustFail: true);
    }

    private async Task SendAsync(ApiOperation operation, string address, string? body, bool mustFail, string? contentType = "application/json")
    {
        var answer = await _seeded.Controller.SendAsync(new HttpMethod(operation.Method.ToUpperInvariant()), address, body, contentType);
        var faults = AnswerRules.Broken(operation, answer).ToList();
        if (mustFail && answer.Status < 400)
            faults.Add("is taken");
        foreach (var fault in faults)
            _broken.Add($"{operation.Method.ToUpperInvariant()} {address[..Math.Min(address.Length, 200)]} {body?[..Math.Min(body.Length, 200)]}: {fault}: {answer.Status} {answer.Text[..Math.Min(answer.Text.Length, 300)]}");
        if (AnswerRules.CodeOf(answer) is { } code)
            _codes[$"{operation.Id} {code}"] = true;
    }

    /// <summary>What was there at first; a body that is changed a little may well register something new.</summary>
    private async Task<string> StateAsync() => string.Join(' ', await Task.WhenAll(_seededRows.Select(async rows => $"{rows}: {await _seeded.AskAsync($"select count(*) from {rows}")}")));

    private static readonly string[] _seededRows =
    [
        "datasets where name in ('d', 'e', 'f', 'g')", "dataset_tags t join datasets d on d.id = t.dataset_id where d.name in ('d', 'e', 'f', 'g')", "jobs where id <= 2",
        "job_events where id <= 3", "revisions where id <= 2", "segments where retired_at is null", "workers", "block_ranges",
    ];
}
