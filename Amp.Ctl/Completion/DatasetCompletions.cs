using System.CommandLine.Completions;
using Amp.Ctl.Api;

namespace Amp.Ctl.Completion;

/// <summary>Datasets, and behind an @ the revisions of them.</summary>
internal static class DatasetCompletions
{
    private static readonly Listing _datasets = new("datasets", "datasets", "last_dataset");

    public static IEnumerable<CompletionItem> Of(CompletionContext context)
    {
        var withRevision = context.WordToComplete.Contains('@', StringComparison.Ordinal);
        return ApiCompletions.Of(context, _datasets, dataset =>
        {
            var name = $"{dataset.Text("namespace")}/{dataset.Text("name")}";
            return withRevision ? [.. dataset.GetProperty("versions").EnumerateArray().Select(v => $"{name}@{v}"), $"{name}@dev"] : [name];
        });
    }
}
