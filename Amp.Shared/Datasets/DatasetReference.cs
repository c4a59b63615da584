namespace Amp.Shared.Datasets;

/// <summary>A dataset as people write it: <c>namespace/name@revision</c>; the namespace defaults to <c>_</c>, the revision to <c>latest</c>.</summary>
public sealed record DatasetReference(string Namespace, string Name, DatasetRevision Revision)
{
    public static DatasetReference Parse(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        var revision = at < 0 ? DatasetRevision.Latest : DatasetRevision.Parse(text[(at + 1)..]);
        var path = at < 0 ? text : text[..at];
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        return slash < 0
            ? new DatasetReference(DatasetNames.DefaultNamespace, DatasetNames.CheckName(path), revision)
            : new DatasetReference(DatasetNames.CheckNamespace(path[..slash]), DatasetNames.CheckName(path[(slash + 1)..]), revision);
    }

    public override string ToString() => $"{Namespace}/{Name}@{Revision}";
}
