using System.Text.Json;
using System.Text.Json.Nodes;
using Amp.ServiceDefaults;
using Amp.TestKit;

namespace Amp.IntegrationTests.Admin.Document;

public sealed class DocumentTests
{
    private static readonly JsonSerializerOptions _indented = new() { WriteIndented = true };

    [Fact]
    public async Task The_committed_document_is_the_one_that_the_controller_serves()
    {
        await using var controller = await RunningController.StartAsync();
        var served = (await controller.GetAsync("/openapi/v1.json")).Json.ToJsonString(_indented);
        var committed = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "admin-api", "openapi.json")))!.ToJsonString(_indented);
        Assert.True(
            served == committed,
            "docs/admin-api/openapi.json is not what the controller serves. Renew it while one of this build runs (dotnet run --project Amp.AppHost): "
            + "curl -s http://localhost:1610/openapi/v1.json -o docs/admin-api/openapi.json");
    }

    [Fact]
    public void Every_operation_tells_all_of_itself()
    {
        foreach (var operation in ApiDocument.Ours.Operations.Where(o => !Health.IsHealthPath(o.Path)))
        {
            Assert.False(string.IsNullOrWhiteSpace(operation.Node["summary"]?.GetValue<string>()), $"{operation} has no summary");
            Assert.Contains("INTERNAL_ERROR", operation.Codes);
            foreach (var parameter in operation.Parameters)
            {
                Assert.True(parameter["schema"]?["type"] is not null, $"{parameter["name"]} of {operation} has no type");
                Assert.False(string.IsNullOrEmpty(parameter["description"]?.GetValue<string>()), $"{parameter["name"]} of {operation} is not described");
            }

            foreach (var status in operation.Statuses.Where(s => s[0] is '4' or '5'))
                Assert.Equal("#/components/schemas/ErrorAnswer", operation.Answer(status)?["$ref"]?.GetValue<string>());
            var done = operation.Statuses.Single(s => s[0] == '2');
            Assert.True(done == "204" || operation.Answer(done) is not null || _withoutBody.Contains(operation.ToString()), $"{operation} does not tell what {done} answers");
            Assert.True(operation.Method is not "post" || operation.Body is not null || _withoutBody.Contains(operation.ToString()) || operation.Path.EndsWith("/restore", StringComparison.Ordinal)
                || operation.Path.EndsWith("/verify", StringComparison.Ordinal), $"{operation} does not tell its body");
        }
    }

    private static readonly string[] _withoutBody = ["POST /providers", "POST /revisions/{id}/activate", "POST /revisions/deactivate"];

    [Fact]
    public void What_the_design_asks_for_is_there()
    {
        var found = new List<string>();
        foreach (var asked in ApiDocument.Asked.Operations)
        {
            if (ApiDocument.Ours.Find(asked.Path, asked.Method) is { } ours)
                found.AddRange(new DocumentComparison(asked, ours).Differences());
            else
                found.Add($"{asked} is not there");
        }

        Assert.Equal(string.Join("\n", _differences.Keys.Order(StringComparer.Ordinal)), string.Join("\n", found.Order(StringComparer.Ordinal)));
    }

    /// <summary>Where ours is another than the design's, with the reason.</summary>
    private static readonly Dictionary<string, string> _differences = new(StringComparer.Ordinal)
    {
        ["GET /files/{file_id}: no 200.object_version"] = "files are written once and never again, so the catalogue keeps no version of an object; the design lets it be left out",
        ["POST /revisions: no 415"] = OneStatus,
        ["POST /revisions: no 422"] = OneStatus,
        ["POST /revisions/deactivate: no 415"] = OneStatus,
        ["POST /revisions/deactivate: no 422"] = OneStatus,
        ["POST /revisions/{id}/activate: no 415"] = OneStatus,
        ["POST /revisions/{id}/activate: no 422"] = OneStatus,
        ["DELETE /revisions/{id}/truncate: parameter concurrency: minimum is 1, not 0"] = "nothing is deleted by nobody at a time: 0 is refused",
        ["POST /schema: 200.schemas.*.arrow.fields[].type is anything, not object or string"] = "types nest without end, so the document leaves the type open; live answers are held to the design",
        ["GET /workers/{id}: 200.info.commit_timestamp is not always there"] = "a worker that was built without git knows no commit: any time would be made up",
        ["GET /workers/{id}: 200.info.build_date is not always there"] = "a worker of an earlier version does not tell it",
    };

    private const string OneStatus = "the design's own page: a wrong content type and a wrong shape are 400 with the endpoint's code";
}
