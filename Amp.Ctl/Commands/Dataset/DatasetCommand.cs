using System.CommandLine;

namespace Amp.Ctl.Commands.Dataset;

/// <summary><c>ampctl dataset</c></summary>
internal static class DatasetCommand
{
    public static Command Create() => new("dataset", "Datasets and their versions.") { RestoreDataset.Create() };
}
