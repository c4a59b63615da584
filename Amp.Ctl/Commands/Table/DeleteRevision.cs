using System.CommandLine;
using Amp.Ctl.Arguments;

namespace Amp.Ctl.Commands.Table;

/// <summary><c>ampctl table delete ID</c></summary>
internal static class DeleteRevision
{
    public static Command Create() => AdminCommand.Remove(
        "delete", "Forgets a revision that is not active; its files stay.", IdArgument.Revision(), RevisionPath.Of, revision => $"revision {revision} is forgotten");
}
