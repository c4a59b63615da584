using System.CommandLine;

namespace Amp.Ctl.Commands.Table;

/// <summary><c>ampctl table</c></summary>
internal static class TableCommand
{
    public static Command Create() => new("table", "Revisions of tables: the folders of the lake that hold them.")
    {
        ListRevisions.Create(),
        GetRevision.Create(),
        RegisterRevision.Create(),
        ActivateRevision.Create(),
        DeactivateTable.Create(),
        RestoreRevision.Create(),
        DeleteRevision.Create(),
        TruncateRevision.Create(),
        PruneRevision.Create(),
    };
}
