using System.Globalization;
using Amp.Shared.Chain;
using Amp.Shared.Metadata.Files;

namespace Amp.Controller.Verifying;

/// <summary>Something that is not as it should be.</summary>
/// <param name="File">The file; absent when it is about blocks.</param>
/// <param name="Reason">What is the matter.</param>
/// <param name="Mend">What mends it.</param>
public sealed record LakeProblem(string? File, string Reason, string Mend)
{
    private const string ReadAnew =
        "put the file back from a backup, or have its blocks read again: stop the job, POST /revisions/deactivate for each table of the dataset, and deploy it";

    internal static LakeProblem NoRevision(string table) => new(
        null, $"the table '{table}' has no revision that queries read", "deploy the dataset, or restore it: POST …/restore");

    internal static LakeProblem Missing(SegmentRow row) => new(row.FileName, "it is registered, and not in the lake", ReadAnew);

    internal static LakeProblem OtherFile(SegmentRow row, string difference) => new(row.FileName, difference, ReadAnew);

    internal static LakeProblem Unreadable(SegmentRow row, string fault) => new(
        row.FileName, fault, "see to it that the controller can read it, and verify again");

    internal static LakeProblem Empty() => new(null, "no file of the table is registered", "deploy the dataset, or restore it: POST …/restore");

    internal static LakeProblem Unregistered(string name, long location) => new(
        name, "no row names it, and no worker has announced it", $"register it if it is a segment of this table: POST /revisions/{location}/restore; else take it away");

    internal static LakeProblem Gap(BlockRange blocks) => new(
        null, $"the blocks {blocks.Start} to {blocks.End} are in no file", "deploy the dataset again: what is missing is read");

    internal static LakeProblem Unlinked(BlockRange blocks) => new(
        null, $"the blocks {blocks.Start} to {blocks.End} are there and do not link to the chain before them, so that no query reads them",
        "deploy the dataset again: what does not link is read again");

    internal static LakeProblem UnequalEnds(IEnumerable<TableReport> tables) => new(
        null,
        "the tables end at different blocks: " + string.Join(", ", tables.Select(t => $"{t.TableName} at {t.Blocks?.End.ToString(CultureInfo.InvariantCulture) ?? "none"}")),
        "deploy the dataset again: what a table lacks is read");

    internal static LakeProblem UnequalBranches(IReadOnlyList<TableReport> tables) => new(
        null,
        "the tables end at the same block of different branches of the chain: " + string.Join(", ", tables.Select(t => $"{t.TableName} at {t.EndHash}")),
        "restore the table that lacks files of the newer branch; else truncate its revision and deploy the dataset again");
}
