using Amp.Shared.Datasets;

namespace Amp.Controller.Admin.Datasets;

/// <summary>The dataset that a path names.</summary>
internal static class DatasetPath
{
    public static DatasetReference Read(string ns, string name, string revision) =>
        new(DatasetNames.CheckNamespace(ns), DatasetNames.CheckName(name), DatasetRevision.Parse(revision));
}
