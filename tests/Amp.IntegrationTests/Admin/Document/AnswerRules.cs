using System.Text.Json;
using System.Text.Json.Nodes;

namespace Amp.IntegrationTests.Admin.Document;

/// <summary>What holds for every answer of an operation, whatever was asked.</summary>
internal static class AnswerRules
{
    /// <summary>What routing answers before there is an operation: an empty name is no part of a path.</summary>
    private static readonly string[] _ofRouting = ["NOT_FOUND", "METHOD_NOT_ALLOWED"];

    public static IEnumerable<string> Broken(ApiOperation operation, Answer answer)
    {
        if (answer.Text.Contains("   at ", StringComparison.Ordinal) || answer.Text.Contains("Exception", StringComparison.Ordinal) || answer.Text.Contains("hush-hush", StringComparison.Ordinal))
            yield return "tells what only the log may tell";
        if (answer.Status >= 400)
        {
            var code = CodeOf(answer);
            if (code is null)
                yield return "is no error answer";
            else if (!_ofRouting.Contains(code) && (!operation.Codes.Contains(code) || !operation.Statuses.Contains($"{answer.Status}")))
                yield return $"{answer.Status} {code} is not in its document";
            if (answer.Status == 500)
                yield return "is an internal error";
        }
        else if (!operation.Statuses.Contains($"{answer.Status}"))
        {
            yield return $"{answer.Status} is not in its document";
        }
    }

    /// <summary>Whether an answer of success has the shape of its document.</summary>
    public static IEnumerable<string> Misshapen(ApiOperation operation, Answer answer) =>
        operation.Answer($"{answer.Status}") is { } schema ? ApiDocument.Ours.Faults(schema, answer.Text) : [];

    public static string? CodeOf(Answer answer)
    {
        try
        {
            return JsonNode.Parse(answer.Text) is JsonObject { Count: 2 } error && error.ContainsKey("error_message") ? error["error_code"]?.GetValue<string>() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
