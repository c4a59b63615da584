using System.CommandLine;

namespace Amp.Ctl.Commands.Lake;

/// <summary><c>ampctl lake</c></summary>
internal static class LakeCommand
{
    public static Command Create() => new("lake", "Compares the lake with the catalogue, and makes the catalogue anew from it.") { VerifyLake.Create(), RestoreLake.Create() };
}
