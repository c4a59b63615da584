using System.CommandLine;
using Amp.Ctl.Api;
using Amp.Ctl.Arguments;
using Amp.ServiceDefaults;
using Amp.Shared.Datasets;

namespace Amp.Ctl.Commands.Dataset;

/// <summary><c>ampctl dataset rm NAMESPACE/NAME[@VERSION]</c></summary>
internal static class RemoveDataset
{
    public static Command Create() => AdminCommand.Remove(
        "rm", "Removes a dataset, or one version's name, from the catalogue; its files stay.", DatasetArgument.CreateWithoutLatest("NAMESPACE/NAME removes the dataset, NAMESPACE/NAME@VERSION a version's name"), Path, dataset => $"{dataset} is removed");

    private static string Path(DatasetReference dataset) => dataset.Revision switch
    {
        DatasetRevision.LatestRevision => ApiPath.Of($"datasets/{dataset.Namespace}/{dataset.Name}"),
        DatasetRevision.VersionRevision => ApiPath.Of(dataset),
        _ => throw new UsageException($"'{dataset}' cannot be removed: NAMESPACE/NAME removes a dataset, NAMESPACE/NAME@VERSION a version's name"),
    };
}
