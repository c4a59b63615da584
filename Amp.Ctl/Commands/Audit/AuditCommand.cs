using System.CommandLine;

namespace Amp.Ctl.Commands.Audit;

/// <summary><c>ampctl audit</c></summary>
internal static class AuditCommand
{
    public static Command Create() => new("audit", "Who asked for which change.") { ListAudit.Create() };
}
