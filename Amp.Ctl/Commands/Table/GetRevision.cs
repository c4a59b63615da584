using System.CommandLine;
using Amp.Ctl.Api;
using Amp.Ctl.Arguments;

namespace Amp.Ctl.Commands.Table;

/// <summary><c>ampctl table get ID</c></summary>
internal static class GetRevision
{
    public static Command Create() => AdminCommand.Inspect("get", "Tells of which table a revision is, and whether queries read it.", IdArgument.Revision(), RevisionPath.Of);
}
