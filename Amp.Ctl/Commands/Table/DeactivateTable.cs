using System.CommandLine;

namespace Amp.Ctl.Commands.Table;

/// <summary><c>ampctl table deactivate DATASET TABLE</c></summary>
internal static class DeactivateTable
{
    public static Command Create()
    {
        var table = TableName.Create();
        return AdminCommand.Create("deactivate", "Takes a table from queries; its revisions and files stay.", [table.Dataset, table.Table], run =>
            run.SendAsync(HttpMethod.Post, "revisions/deactivate", table.Body(run), $"queries read no revision of {table.Text(run)}"));
    }
}
