using System.CommandLine;

namespace Amp.Ctl.Commands.Dataset;

/// <summary><c>ampctl dataset</c></summary>
internal static class DatasetCommand
{
    public static Command Create() => new("dataset", "Datasets and their versions.")
    {
        RegisterDataset.Create(),
        DeployDataset.Create(),
        ListDatasets.Create(),
        InspectDataset.Create(),
        ListVersions.Create(),
        ShowManifest.Create(),
        RestoreDataset.Create(),
        RemoveDataset.Create(),
    };
}
